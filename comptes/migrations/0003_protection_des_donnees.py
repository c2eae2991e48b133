from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("comptes", "0002_trace_inalterable"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="caisse",
            options={
                "ordering": ["nom"],
                "permissions": [
                    ("instruire", "Instruire les demandes de la caisse"),
                    ("administrer", "Administrer la caisse"),
                    ("proteger", "Protéger les données de la caisse"),
                ],
                "verbose_name": "caisse",
            },
        ),
        migrations.RemoveConstraint(
            model_name="utilisateur",
            name="utilisateur_profil_connu",
        ),
        migrations.AddField(
            model_name="caisse",
            name="levees_admises",
            field=models.BooleanField(default=True, verbose_name="levées admises"),
        ),
        migrations.AlterField(
            model_name="utilisateur",
            name="profil",
            field=models.CharField(
                choices=[
                    ("technicien", "Technicien"),
                    ("gestionnaire", "Gestionnaire"),
                    ("agent", "Agent de caisse"),
                    ("admin", "Administrateur de caisse"),
                    ("dpo", "Délégué à la protection des données"),
                ],
                max_length=20,
                verbose_name="profil",
            ),
        ),
        migrations.AddConstraint(
            model_name="utilisateur",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("profil__in", ["technicien", "gestionnaire", "agent", "admin", "dpo"])
                ),
                name="utilisateur_profil_connu",
                violation_error_message="Ce profil n'existe pas.",
            ),
        ),
    ]
