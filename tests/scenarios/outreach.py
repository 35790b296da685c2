"""U1 in scenarios: the sample brand's own people, placed by what its files say, reached by a journey, and measured.

The files come in as imports, journeys and purchases over the API, the rest by the house's own jobs; only the clock is
made up. Purchases after the start are invented, so that the lift is known: it is what the ledger has to find.
"""

import re
from collections import defaultdict
from datetime import timedelta

from django.utils import timezone

from hongqiao import warehouse
from hongqiao.audience.journeys import samples
from hongqiao.audience.models import Applicant, Enrolment, Journey
from hongqiao.audience.tiers import judging, standing
from hongqiao.delivery.models import Reach
from hongqiao.imports import services as imports
from hongqiao.ledger.models import Outcome
from hongqiao.workspace import jobs
from hongqiao.workspace import services as workspace
from hongqiao.workspace.keys import person_keys
from tests.reach import NOON, known
from tests.scenarios import sample

SYSTEM = "安澜会员"  # whose events the sample's files are
MAIL = {"name": "安", "phone": "13900001234", "agreed": "1"}


def bring_own(owner, *months) -> dict[str, str]:
    """Import the sample's own events of these months; return person key → the brand's own id of them."""
    account = workspace.create_account(actor=owner, platform="own", name=SYSTEM)
    ids = set()
    for entry in sample.everything():
        if entry["platform"] != "own" or entry["path"][-11:-4] not in months:
            continue
        with sample.path(entry).open("rb") as stream:
            file = imports.receive(actor=owner, name=sample.path(entry).name, stream=stream)
        given = {"account_id": account.pk, "captured_at": sample.captured(entry), "queue": False}
        imports.confirm(actor=owner, file_id=file.id, seen=None, **given)
        assert imports.run(file.id).state == "done"
        ids |= {line.split(",")[0] for line in sample.path(entry).read_text("utf-8").splitlines()[1:]} - {""}
    raw = sorted(ids)
    return dict(zip(person_keys(owner.brand_id).hash(raw), raw, strict=True))


class Outreach:
    """One brand's outreach, from its files to its lift."""

    def __init__(self, cast, monkeypatch, *months):
        self.cast, self.brand, self.monkeypatch = cast, cast.brand, monkeypatch
        self.raw = bring_own(cast.owner, *months)
        _row, token = workspace.create_token(
            actor=cast.owner,
            name="crm",
            scopes=["users.view", "users.edit", "users.send", "ledger.view", "ledger.edit", "imports.run"],
        )
        self.web, self.head = cast.client(None), {"HTTP_AUTHORIZATION": f"Bearer {token}"}

    def api(self, method, path, body=None):
        call = getattr(self.web, method)
        more = {"data": body, "content_type": "application/json"} if body is not None else {}
        answer = call(f"/api/{path}", **more, **self.head)
        assert answer.status_code < 300, answer.content.decode()
        return answer.json()

    def people(self, tier, *channels, agreed=60):
        """Judge everybody; of those in the tier the first so many agree, and can be reached this way."""
        judging.judge(self.brand)
        handle = warehouse.open(self.brand.pk)
        table = standing.current(handle)
        keys = sorted(handle.fetch(table.filter(table.tier == tier))["key"].to_pylist())
        address = {"email": "u{}@example.com", "sms": "139{:08d}", "wecom": "wmAbCdEf{:04d}"}
        for n, key in enumerate(keys[:agreed]):
            for channel in channels:
                known(self.brand, key, address[channel].format(n), channel=channel)
        self.tier, self.agreed = set(keys), set(keys[:agreed])

    def begin(self, template, edit=lambda steps: None, **more):
        """Make a journey of a template, its steps edited, and start it; the first messages go."""
        made = self.api("post", "journeys", {"template": template, "holdout": 0.5, "days": 7, **more})
        edit(made["steps"])
        made = self.api("put", f"journeys/{made['id']}", {"version": made["version"], "steps": made["steps"]})
        self.api("post", f"journeys/{made['id']}/start", {"version": made["version"]})
        self.pass_time()
        self.row = Journey.objects.get(pk=made["id"])
        arms = defaultdict(set)
        for subject, arm in Enrolment.objects.filter(journey=self.row).values_list("subject", "arm"):
            arms[arm].add(subject)
        self.treated, self.held = arms["treat"], arms["hold"]
        assert self.treated | self.held == self.tier
        return self.treated & self.agreed

    def clock(self, **more):
        """Set the clock so long after the start."""
        moment = NOON + timedelta(**more)
        self.monkeypatch.setattr(timezone, "now", lambda: moment)
        return moment

    def pass_time(self, **more):
        """Let time pass, and the house do what is due."""
        moment = self.clock(**more)
        due = (("audience.journeys_tick", None, str(moment)), ("delivery.reach", self.brand.pk, "due"))
        for kind, whose, key in (*due, ("ledger.due", None, str(moment))):
            jobs.enqueue(kind, brand_id=whose, key=key, again=True)
            jobs.work_off()

    def buy(self, keys, days):
        """Tell the house over the API that these persons bought, so many days after the start."""
        ts = (NOON + timedelta(days=days, hours=-1)).isoformat()
        rows = [{"event": "purchase", "ts": ts, "person": self.raw[k], "amount": "120"} for k in sorted(keys)]
        said = self.api("post", "events", {"source": SYSTEM, "events": rows})
        assert said["refused"] == 0, said

    def lift(self, *, treated=0.4, held=0.1):
        """So many of each arm buy within the week; on its day the ledger says what the journey brought."""
        share = lambda people, part: sorted(people)[: round(len(people) * part)]  # noqa: E731
        bought = share(self.treated, treated), share(self.held, held)
        self.clock(days=self.row.days + 10)
        self.buy({*bought[0], *bought[1]}, days=3)
        self.buy(
            {next(k for k in self.raw if k not in self.tier)}, days=self.row.days + 8
        )  # the facts have come as far as that
        assert not Reach.objects.filter(subject__in=self.held).exists()
        self.pass_time(days=60)
        outcome = Outcome.objects.get(action=self.row.action)
        counts = {"treat": len(self.treated), "hold": len(self.held)}
        assert outcome.details.get("arms") == counts, (outcome.verdict, outcome.details, counts)
        expected = len(bought[0]) / counts["treat"] - len(bought[1]) / counts["hold"]
        assert abs(outcome.effect - expected) < 0.05  # what they bought before explains a little of it
        assert outcome.lo < expected < outcome.hi
        said = self.api("get", f"journeys/{self.row.pk}")["lift"]
        assert (said["judged"], said["verdict"]) == (True, outcome.verdict)
        page = self.cast.client(self.cast.owner).get(f"/b/anlan/users/journeys/{self.row.pk}/")
        assert page.status_code == 200
        return outcome

    def applies(self, text):
        """Somebody opens the link of a message and applies; return its path, and the application."""
        path = re.search(r"/j/\S+", text).group(0)
        given = {**MAIL, "address": "上海市长宁区虹桥路一号"}
        assert self.web.post(path, given).status_code == 302
        return path, Applicant.objects.get()

    def moves(self, one, *states):
        for to in states:  # who is chosen by hand is chosen for a reason, by who may
            actor, reason = (self.cast.owner, "写得真诚") if to == "chosen" else (self.cast.editor, "")
            samples.move(actor=actor, key=one.pk, seen=None, to=to, reason=reason)
