"""What a session takes off the shelf of creams and serums, and how a product's stock is counted.

On SQLite the table of products is rebuilt; what names it in a trigger steps aside meanwhile.
"""

from importlib import import_module

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

OF_CLINIC, OF_LOT, OF_SESSION = "portal.clinic", "treatments.lot", "treatments.session"
WORDS = [("use", "One for each use, when a session is written down"), ("hand", "By hand, when a pack is opened or used up")]


NAME_PRODUCTS = [
    import_module(f"treatments.migrations.{name}")
    for name in ("0025_lots_in_sessions_may_be_used", "0041_lots_of_materials_may_be_used")
]


def lift(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for module in NAME_PRODUCTS:
            module.remove(apps, schema_editor)


def put(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for module in NAME_PRODUCTS:
            module.install(apps, schema_editor)


def key(to, name="+", **how):
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name=name, to=to, **how)


class Migration(migrations.Migration):
    dependencies = [("portal", "0005_screening_and_consent_settings"), ("treatments", "0045_drafts_of_more_pages")]
    operations = [
        migrations.RunPython(lift, put),
        migrations.CreateModel(
            name="LotTaken",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("clinic", key(OF_CLINIC)),
                ("session", key(OF_SESSION, "lots_taken", db_index=False)),
                ("lot", key(OF_LOT)),
                ("used", models.PositiveSmallIntegerField()),
                ("taken", models.PositiveSmallIntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("session", "lot"), name="lot_taken_once_per_session"),
                    models.CheckConstraint(
                        condition=Q(("taken__lte", F("used")), ("used__gte", 1)), name="lot_taken_is_no_more_than_used"
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="product",
            name="counting",
            field=models.CharField(
                blank=True, choices=WORDS, db_default="", default="", max_length=4, verbose_name="how its stock is counted"
            ),
        ),
        migrations.AddConstraint(
            model_name="product",
            constraint=models.CheckConstraint(
                condition=Q(("counting__in", ["", "use", "hand"])), name="product_counting_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="product",
            constraint=models.CheckConstraint(
                condition=Q(Q(("counting", "hand"), _negated=True), Q(("kind", "cartridge"), _negated=True), _connector="OR"),
                name="product_cartridges_are_counted_by_use",
            ),
        ),
        migrations.AddConstraint(
            model_name="product",
            constraint=models.CheckConstraint(
                condition=Q(
                    Q(("counting", "use"), _negated=True),
                    ("kind__in", ("cartridge", "anaesthetic", "serum")),
                    _connector="OR",
                ),
                name="product_counted_by_use_is_used_on_skin",
            ),
        ),
        migrations.RunPython(put, lift),
    ]
