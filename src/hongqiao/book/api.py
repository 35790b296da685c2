"""The brand book over HTTP: read and write the book, personas, products, claims; bring a table. C1, C2."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status

from hongqiao.book import queries, services
from hongqiao.book.models import Book, Claim, Persona, Product
from hongqiao.workspace.access import caller
from hongqiao.workspace.figures import calendar_day
from hongqiao.workspace.models import Brand, Member
from hongqiao.workspace.paging import Paged, Rows, page
from hongqiao.workspace.receipts import idempotent

router, personas, products = Router(tags=["book"]), Router(tags=["book"]), Router(tags=["book"])
claims = Router(tags=["book"])


class BookIn(Schema):
    """`version`: the one you saw, 0 where nobody wrote the book. What is left out stays."""

    version: int
    positioning: str | None = None
    promise: str | None = None
    first_person: str | None = None
    tone: list[str] | None = None
    avoid: list[dict[str, str]] | None = None
    examples: list[dict[str, str]] | None = None
    lines: list[dict[str, Any]] | None = None
    pillars: list[dict[str, Any]] | None = None


class PersonaIn(Schema):
    name: str
    gender: str = ""
    age_from: int | None = None
    age_to: int | None = None
    who: str = ""
    scenes: list[str] = []
    needs: list[str] = []
    words: list[str] = []
    platforms: list[str] = []


class PersonaChange(PersonaIn):
    version: int


class ProductIn(Schema):
    name: str
    kind: str = Product.Kind.OTHER
    filing: str = ""
    filing_until: date | None = None
    facts: list[str] = []
    aliases: list[str] = []
    url: str = ""


class ProductChange(ProductIn):
    version: int


class ClaimIn(Schema):
    text: str
    proof: str = ""
    link: str = ""
    until: date | None = None


class Seen(Schema):
    version: int


class TableIn(Schema):
    """`text`: a table with its heads, cells parted by tabs or commas. `dry`: say what would come, keep nothing."""

    text: str
    dry: bool = False


class ProductsAsked(Paged):
    q: str = ""
    kind: str = ""


def book_json(row: Book) -> dict[str, Any]:
    """Return the book as programs see it; version 0 where nobody wrote it."""
    shown = ("positioning", "promise", "first_person", "tone", "avoid", "examples", "lines", "pillars", "version")
    return {k: getattr(row, k) for k in shown}


def persona_json(row: Persona) -> dict[str, Any]:
    shown = ("name", "gender", "age_from", "age_to", "who", "scenes", "needs", "words", "platforms", "evidence")
    return {"id": str(row.pk)} | {k: getattr(row, k) for k in (*shown, "active", "version")}


def claim_json(row: Claim, day: date) -> dict[str, Any]:
    """Return a claim; `state` is "" where it may be made on the day, else why not."""
    said = {k: getattr(row, k) for k in ("text", "proof", "link", "version")}
    until = row.until.isoformat() if row.until else None
    return {"id": str(row.pk), **said, "until": until, "state": queries.why_not(row, day)}


def product_json(row: Product, said: list[Claim], day: date) -> dict[str, Any]:
    plain = {k: getattr(row, k) for k in ("name", "kind", "filing", "facts", "aliases", "url", "active", "version")}
    until = row.filing_until.isoformat() if row.filing_until else None
    return {"id": str(row.pk), **plain, "filing_until": until, "claims": [claim_json(c, day) for c in said]}


def whole(brand: Brand) -> dict[str, Any]:
    """Return all of a brand's book: what the command line prints."""
    day, rows = calendar_day(brand), queries.products(brand)
    said = queries.claims_of(rows)
    return book_json(queries.book_of(brand)) | {
        "personas": [persona_json(p) for p in queries.personas(brand)],
        "products": [product_json(p, said[p.pk], day) for p in rows],
    }


def _one(member: Member, row: Product) -> dict[str, Any]:
    return product_json(row, queries.claims_of([row])[row.pk], calendar_day(member.brand))


@router.get("", response=dict[str, Any], summary="The brand book")
def get_book(request: HttpRequest) -> dict[str, Any]:
    """Positioning, voice, red lines, pillars; version 0 where nobody wrote it. Personas and products are apart."""
    return book_json(queries.book_of(caller(request, queries.SEE).brand))


@router.put("", response=dict[str, Any], summary="Change the brand book")
def put_book(request: HttpRequest, given: BookIn) -> dict[str, Any]:
    fields = given.dict(exclude_none=True)
    seen = fields.pop("version")
    return book_json(services.save_book(actor=caller(request, queries.SEE), seen=seen, **fields))


@personas.get("", response=Rows, summary="Personas")
def list_personas(request: HttpRequest, asked: Query[Paged]) -> dict[str, Any]:
    rows, following = page(queries.persona_rows(caller(request, queries.SEE)), asked)
    return {"items": [persona_json(r) for r in rows], "next": following}


@personas.post("", response={201: dict[str, Any]}, summary="Add a persona")
@idempotent()
def add_persona(request: HttpRequest, given: PersonaIn) -> Status[dict[str, Any]]:
    return Status(201, persona_json(services.add_persona(actor=caller(request, queries.SEE), **given.dict())))


@personas.put("/{persona_id}", response=dict[str, Any], summary="Change a persona")
def change_persona(request: HttpRequest, persona_id: UUID, given: PersonaChange) -> dict[str, Any]:
    fields = given.dict()
    seen = fields.pop("version")
    row = services.change_persona(actor=caller(request, queries.SEE), persona_id=persona_id, seen=seen, **fields)
    return persona_json(row)


@products.get("", response=Rows, summary="Products with their claims")
def list_products(request: HttpRequest, asked: Query[ProductsAsked]) -> dict[str, Any]:
    member = caller(request, queries.SEE)
    q = asked.q.replace("\x00", "").strip()[:80]
    rows, following = page(queries.product_rows(member, q, asked.kind), asked)
    said, day = queries.claims_of(rows), calendar_day(member.brand)
    return {"items": [product_json(r, said[r.pk], day) for r in rows], "next": following}


@products.post("", response={201: dict[str, Any]}, summary="Add a product")
@idempotent()
def add_product(request: HttpRequest, given: ProductIn) -> Status[dict[str, Any]]:
    member = caller(request, queries.SEE)
    return Status(201, _one(member, services.add_product(actor=member, **given.dict())))


@products.post("/import", response=dict[str, Any], summary="Bring a table of products")
def import_products(request: HttpRequest, given: TableIn) -> dict[str, Any]:
    """Each row by itself: `problems` has the number of every row that was refused, and why."""
    made = services.import_products(actor=caller(request, queries.SEE), text=given.text, dry=given.dry)
    return dict(vars(made))


@products.get("/{product_id}", response=dict[str, Any], summary="One product")
def get_product(request: HttpRequest, product_id: UUID) -> dict[str, Any]:
    member = caller(request, queries.SEE)
    return _one(member, queries.product_rows(member).one(product_id))


@products.put("/{product_id}", response=dict[str, Any], summary="Change a product")
def change_product(request: HttpRequest, product_id: UUID, given: ProductChange) -> dict[str, Any]:
    member, fields = caller(request, queries.SEE), given.dict()
    seen = fields.pop("version")
    return _one(member, services.change_product(actor=member, product_id=product_id, seen=seen, **fields))


@products.post("/{product_id}/claims", response={201: dict[str, Any]}, summary="Add a claim")
@idempotent()
def add_claim(request: HttpRequest, product_id: UUID, given: ClaimIn) -> Status[dict[str, Any]]:
    """In force at once where you may approve and it has its proof; else it waits for a reviewer."""
    member = caller(request, queries.SEE)
    fields: dict[str, Any] = given.dict()
    row = services.add_claim(actor=member, product_id=product_id, **fields)
    return Status(201, claim_json(row, calendar_day(member.brand)))


@claims.post("/{claim_id}/approve", response=dict[str, Any], summary="Approve a claim")
def approve_claim(request: HttpRequest, claim_id: UUID, given: Seen) -> dict[str, Any]:
    member = caller(request, queries.SEE)
    row = services.approve_claim(actor=member, claim_id=claim_id, seen=given.version)
    return claim_json(row, calendar_day(member.brand))


@claims.delete("/{claim_id}", response={204: None}, summary="Take a claim away")
def remove_claim(request: HttpRequest, claim_id: UUID) -> Status[None]:
    services.remove_claim(actor=caller(request, queries.SEE), claim_id=claim_id, seen=None)
    return Status(204, None)
