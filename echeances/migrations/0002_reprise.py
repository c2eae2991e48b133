"""Take over the clocks that ran before deadlines of every kind had one table.

The next sweep looks at each open one and sets its next step.
"""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import migrations
from django.utils import timezone

NATURES = {
    "prise_en_compte": "urgent_48h",
    "contact": "contact_48h",
    "instruction": "instruction_30j",
}
LOT = 1000
PARIS = ZoneInfo("Europe/Paris")
UNE_SECONDE = timedelta(seconds=1)


def reprendre(apps, schema_editor):
    Echeance = apps.get_model("echeances", "Echeance")
    commun = {"seuils": [50, 80], "relance_heures": 24, "a_alerter_le": timezone.now()}
    anciennes = apps.get_model("signalements", "Echeance").objects.select_related("demande")
    demarches = apps.get_model("equipes", "Demarche").objects.filter(
        etat="deposee", echeance_le__isnull=False
    )
    lignes = [_d_une_demande(Echeance, ancienne, commun) for ancienne in anciennes.iterator(LOT)]
    lignes += [_d_une_demarche(Echeance, demarche, commun) for demarche in demarches.iterator(LOT)]
    Echeance.objects.bulk_create(lignes, batch_size=LOT)


def _d_une_demande(modele, ancienne, commun):
    demande = ancienne.demande
    fin = max(ancienne.echeance_le, ancienne.debut_le + UNE_SECONDE)
    return modele(
        nature=NATURES[ancienne.nature],
        demande_id=demande.pk,
        caisse_id=demande.caisse_id,
        partenaire_id=demande.partenaire_id,
        convention_id=demande.convention_id,
        debut_le=ancienne.debut_le,
        echeance_le=fin,
        duree=fin - ancienne.debut_le,
        suspendue_le=None if ancienne.terminee_le else ancienne.suspendue_le,
        terminee_le=ancienne.terminee_le,
        depassee_le=ancienne.depassee_le,
        **commun,
    )


def _d_une_demarche(modele, demarche, commun):
    fin = datetime.combine(demarche.echeance_le, time(23, 59, 59), tzinfo=PARIS)
    return modele(
        nature="habilitation_5jo",
        demarche_id=demarche.pk,
        caisse_id=demarche.caisse_id,
        partenaire_id=demarche.partenaire_id,
        debut_le=demarche.demandee_le,
        echeance_le=fin,
        duree=fin - demarche.demandee_le,
        **commun,
    )


class Migration(migrations.Migration):
    dependencies = [("echeances", "0001_initial")]
    operations = [migrations.RunPython(reprendre, migrations.RunPython.noop)]
