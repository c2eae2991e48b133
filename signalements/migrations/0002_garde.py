import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("comptes", "0003_protection_des_donnees"),
        ("signalements", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Relecture",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "lexique",
                    models.CharField(max_length=64, unique=True, verbose_name="version du lexique"),
                ),
                ("lancee_le", models.DateTimeField()),
                ("terminee_le", models.DateTimeField(blank=True, null=True)),
                ("lues", models.PositiveIntegerField(default=0, verbose_name="demandes relues")),
                ("derniere", models.BigIntegerField(default=0)),
            ],
            options={
                "verbose_name": "relecture",
                "ordering": ["-lancee_le"],
            },
        ),
        migrations.CreateModel(
            name="Levee",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "lieu",
                    models.CharField(
                        choices=[
                            ("commentaires", "Commentaires de la demande"),
                            ("message", "Message"),
                            ("note", "Note interne"),
                            ("piece", "Nom d'une pièce jointe"),
                        ],
                        max_length=20,
                        verbose_name="emplacement",
                    ),
                ),
                ("passages", models.JSONField()),
                (
                    "categories",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), size=None
                    ),
                ),
                (
                    "identifiant",
                    models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
                ),
                ("empreinte", models.CharField(max_length=64)),
                ("raison", models.CharField(max_length=300, verbose_name="raison donnée")),
                ("creee_le", models.DateTimeField(verbose_name="le")),
                (
                    "avis",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("justifiee", "Ce n'est pas une donnée de santé"),
                            ("injustifiee", "C'est une donnée de santé"),
                        ],
                        max_length=12,
                    ),
                ),
                ("relue_le", models.DateTimeField(blank=True, null=True)),
                (
                    "auteur",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "caisse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="comptes.caisse",
                    ),
                ),
                (
                    "demande",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="levees",
                        to="signalements.demande",
                    ),
                ),
                (
                    "partenaire",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="comptes.partenaire",
                    ),
                ),
                (
                    "relue_par",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "levée",
                "ordering": ["-creee_le", "-pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("avis", "")),
                        fields=["caisse", "-creee_le"],
                        name="levee_a_relire",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("raison__gt", "")),
                        name="levee_a_une_raison",
                        violation_error_message="Dites pourquoi ce n'est pas une donnée de santé.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("avis", ""),
                                ("relue_le__isnull", True),
                                ("relue_par__isnull", True),
                            ),
                            models.Q(
                                ("avis__gt", ""),
                                ("relue_le__isnull", False),
                                ("relue_par__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="levee_relue_est_datee",
                        violation_error_message="Une levée relue porte un avis, une date et un auteur.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Arret",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "lieu",
                    models.CharField(
                        choices=[
                            ("commentaires", "Commentaires de la demande"),
                            ("message", "Message"),
                            ("note", "Note interne"),
                            ("piece", "Nom d'une pièce jointe"),
                        ],
                        max_length=20,
                        verbose_name="emplacement",
                    ),
                ),
                ("passages", models.JSONField()),
                (
                    "categories",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), size=None
                    ),
                ),
                (
                    "caisse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="comptes.caisse",
                    ),
                ),
                (
                    "demande",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="arrets",
                        to="signalements.demande",
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        to="signalements.message",
                    ),
                ),
                (
                    "partenaire",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="comptes.partenaire",
                    ),
                ),
                (
                    "piece",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        to="signalements.piece",
                    ),
                ),
                (
                    "relecture",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="arrets",
                        to="signalements.relecture",
                    ),
                ),
            ],
            options={
                "verbose_name": "texte arrêté",
                "ordering": ["demande_id", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("relecture", "demande", "message", "piece"),
                        name="arret_unique_par_texte",
                        nulls_distinct=False,
                        violation_error_message="Ce texte est déjà dans la liste.",
                    )
                ],
            },
        ),
    ]
