"""The closed lists of the official form (D-04, D-05) and of the circuits (D-12)."""

from django.db.models import TextChoices


class Motif(TextChoices):
    """Why the partner reports a situation (D-04)."""

    DOSSIER_COMPLEXE = (
        "dossier_complexe",
        "Dossier complexe (rétroactivité, rupture de droits, IJ complexes…)",
    )
    DROITS = "droits", "Droits"
    URGENCE = "urgence", "Situation d'urgence"
    MAS = "mas", "Saisine Mission accompagnement santé"
    SUIVI = "suivi", "Suivi d'une demande faite par l'assuré"


class Contexte(TextChoices):
    """In the context of what the accompaniment is asked (D-05)."""

    DROITS = "droits", "Difficultés d'accès aux droits"
    SOINS = "soins", "Renoncement ou difficultés d'accès à des soins"
    HANDICAP = "handicap", "Renoncement ou difficultés d'accès à des soins liés à un handicap"
    NUMERIQUE = "numerique", "Fragilité face au numérique"
    SOCIAL = "social", "Situation sociale complexe"


class Soin(TextChoices):
    """Care that the person did not get (D-05)."""

    CONSULTATION = "consultation", "Consultation de médecine générale ou spécialisée"
    ACTE = (
        "acte",
        "Acte chez un spécialiste, analyses ou examens (soins dentaires, infirmiers, "
        "kinésithérapie, radiologie, biologie…)",
    )
    DISPOSITIF = "dispositif", "Dispositifs médicaux (optique, auditif, appareillage…)"
    CHIRURGIE = "chirurgie", "Chirurgie"
    PHARMACIE = "pharmacie", "Pharmacie"
    AUTRE = "autre", "Autre"


class Anciennete(TextChoices):
    """Since when care is given up (D-05)."""

    MOINS_3_MOIS = "moins_3_mois", "Moins de 3 mois"
    DE_3_MOIS_A_1_AN = "de_3_mois_a_1_an", "De 3 mois à 1 an"
    PLUS_1_AN = "plus_1_an", "Plus d'1 an"
    PLUS_2_ANS = "plus_2_ans", "Plus de 2 ans"


class Cause(TextChoices):
    """Causes: "a problem of…" (D-05)."""

    DROITS = "droits", "Accès aux droits (médecin traitant, couverture, complémentaire…)"
    RESTE_A_CHARGE = "reste_a_charge", "Reste à charge"
    TRANSPORT = "transport", "Transport"
    AVANCE_FRAIS = "avance_frais", "Avance des frais"
    DEMARCHES = "demarches", "Démarches trop compliquées"
    DELAIS = "delais", "Délais de rendez-vous trop longs"
    REFUS = "refus", "Refus de prise en charge par un professionnel"
    AUTRE = "autre", "Autre"


class Etat(TextChoices):
    """The stage of a request, shown to both sides."""

    DEPOSEE = "deposee", "Déposée"
    PRISE_EN_CHARGE = "prise_en_charge", "Prise en charge"
    CONTACTEE = "contactee", "Personne contactée"
    BILAN = "bilan", "Bilan des droits réalisé"
    RECONTACTEE = "recontactee", "Évaluation complétée"
    PLAN = "plan", "Plan d'accompagnement proposé"
    ACCOMPAGNEMENT = "accompagnement", "Accompagnement en cours"
    CLOTUREE = "cloturee", "Clôturée"


class Issue(TextChoices):
    """How a request ended."""

    DROITS_OUVERTS = "droits_ouverts", "Droits ouverts ou rétablis"
    SOINS = "soins", "Accès aux soins organisé"
    ORIENTATION = "orientation", "Orientation vers un autre service"
    INFORMATION = "information", "Information et conseils donnés"
    REFUS = "refus", "Refus de la personne"
    INJOIGNABLE = "injoignable", "Personne injoignable"
    DOUBLON = "doublon", "Demande déjà en cours"
    HORS_CHAMP = "hors_champ", "Hors du champ de la mission"


class Canal(TextChoices):
    """How the person was reached."""

    TELEPHONE = "telephone", "Téléphone"
    SMS = "sms", "SMS"
    COURRIER = "courrier", "Courrier"
    ACCUEIL = "accueil", "Accueil ou visite"
