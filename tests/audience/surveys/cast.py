"""A survey that people answer, as members make it and as browsers answer it."""

from datetime import UTC, datetime

from django.core import signing

from hongqiao.audience.surveys import answering, building, kit, public, services


def drafted(member, start="nps", **given):
    row = services.create(actor=member, start=start, title="一份问卷")
    return services.change(actor=member, survey_id=row.pk, seen=row.version, **given) if given else row


def opened(member, start="nps", **given):
    row = drafted(member, start, **given)
    return services.open_survey(actor=member, survey_id=row.pk, seen=row.version)


def asks(member, row, kind, text="一题", **given):
    """Add a question; return its id."""
    building.save_question(actor=member, survey_id=row.pk, seen=None, kind=kind, text=text, **given)
    row.refresh_from_db()
    return kit.form_of(row).questions[-1]["id"]


def answer(row, device, said, *, wave="", subject="", agreed=False, seconds=60, turn=0):
    """Answer on one device: {question: value, list or, for an open question, words}."""
    link = answering.Link(row, wave, subject)
    began = datetime.fromtimestamp(datetime.now(UTC).timestamp() - seconds, UTC)
    found = None
    for at, value in said.items():
        many = value if isinstance(value, list) else []
        given = {"value": value, "values": many, "words": value}
        found = answering.take(link, device, turn=turn, at=at, given=given, agreed=agreed, began=began)
    return found


class Phone:
    """A browser without sign-in that follows the page as a person does; it takes its time."""

    def __init__(self, client, address, seconds=60):
        self.client, self.address, self.seconds = client, address, seconds
        self.page = client.get(address)

    def says(self, at, value="", words="", **more):
        then = datetime.now(UTC).timestamp() - self.seconds
        sent = {"at": at, "turn": 0, "began": signing.dumps(then, salt=public.BEGAN), "value": value, "words": words}
        answer_ = self.client.post(self.address, sent | more)
        self.page = self.client.get(self.address) if answer_.status_code == 302 else answer_
        return self

    @property
    def text(self):
        return self.page.content.decode()


def address(row, wave="", subject=""):
    return f"/q/{answering.token(row, wave=wave, subject=subject)}/"
