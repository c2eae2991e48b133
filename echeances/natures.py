"""What a deadline measures, and how its length is counted (D-12, D-14, H-02, G-02)."""

from django.db.models import TextChoices


class Nature(TextChoices):
    CONTACT_48H = "contact_48h", "Contact avec la personne"
    URGENT_48H = "urgent_48h", "Prise en compte de l’urgence"
    INSTRUCTION_30J = "instruction_30j", "Instruction"
    C2S_31J = "c2s_31j", "Instruction d’un dossier C2S"
    HABILITATION_5JO = "habilitation_5jo", "Réponse à une démarche d’habilitation"
    VIOLATION = "violation", "Information sur une violation de données"


EN_HEURES = frozenset({Nature.CONTACT_48H, Nature.URGENT_48H, Nature.VIOLATION})
EN_JOURS = frozenset({Nature.INSTRUCTION_30J, Nature.C2S_31J})
EN_JOURS_OUVRES = frozenset({Nature.HABILITATION_5JO})

# Which parameter of the convention holds the length of a deadline.
PARAMETRES = {
    Nature.CONTACT_48H: "delai_contact_heures",
    Nature.URGENT_48H: "delai_urgence_heures",
    Nature.INSTRUCTION_30J: "delai_instruction_jours",
    Nature.C2S_31J: "delai_c2s_jours",
    Nature.VIOLATION: "delai_violation_heures",
}
DES_DEMANDES = (Nature.CONTACT_48H, Nature.URGENT_48H, Nature.INSTRUCTION_30J, Nature.C2S_31J)

# H-02: the same for every caisse.
JOURS_OUVRES_HABILITATION = 5
