"""Applications of journeys stand among the trials: one home for apply, chosen, sent, report. Their rows are moved."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

REPORT_DAYS = 14
STATES = {"declined": "passed"}


def move(apps, schema_editor):
    """Make a trial of every journey that people apply to, and an applicant of each who did."""
    get = apps.get_model
    if "participation" not in apps.all_models["audience"]:
        return  # an empty database is made of the models as they are now
    Journey, Participation = get("audience", "Journey"), get("audience", "Participation")
    Trial, Applicant = get("audience", "Trial"), get("audience", "Applicant")
    having = Participation.objects.values_list("journey_id", flat=True).distinct()
    for row in Journey.objects.filter(models.Q(pk__in=list(having)) | ~models.Q(kind="")):
        trial = Trial.objects.create(
            brand_id=row.brand_id, name=row.name, journey=row, quota=row.places, report_days=REPORT_DAYS, by_id=row.by_id,
            state="done" if row.state == "ended" else "open",
        )  # fmt: skip
        Applicant.objects.bulk_create(
            [_applicant(Applicant, trial, one) for one in Participation.objects.filter(journey=row).order_by("id")],
            batch_size=500,
        )


def _applicant(model, trial, one):
    """The time of the last move is all that is known of when it was sent or reported."""
    sent = one.moved_at if one.state in ("sent", "reported") else None
    return model(
        brand_id=one.brand_id, trial=trial, subject=one.subject, state=STATES.get(one.state, one.state),
        address=one.delivery, wish=one.reason, parcel=one.parcel, report=one.report, score=one.rating,
        may_quote=one.may_quote, moved_at=one.moved_at, sent_at=sent,
        reported_at=one.moved_at if one.state == "reported" else None,
    )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("audience", "0007_heard")]

    operations = [
        migrations.AddField(
            "trial",
            "journey",
            models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="trial",
                to="audience.journey",
            ),
        ),
        migrations.AlterField("trial", "closes_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("applicant", "wish", models.CharField(blank=True, max_length=200)),
        migrations.AddField("applicant", "parcel", models.CharField(blank=True, max_length=60)),
        migrations.AddField("applicant", "may_quote", models.BooleanField(default=False)),
        migrations.AddField("applicant", "moved_at", models.DateTimeField(default=django.utils.timezone.now)),
        migrations.RunPython(move, migrations.RunPython.noop),
        migrations.DeleteModel("Participation"),
        migrations.RemoveField("journey", "places"),
    ]
