"""The administrative sentences that surround ordinary numbers."""

CADRES = (
    "{}",
    "{}",
    "Bonjour, {}. Merci de votre retour.",
    "Bonjour,\n{}\nCordialement",
    "Monsieur a reçu un courrier : {}",
    "Situation à vérifier ({}) dès que possible",
    "Nous avons relancé, {} sans réponse",
    "Dossier de M. Durand : {}, à revoir s'il vous plaît",
    "Mme Leroy a {} il a la copie",
    "- {}\n- à rappeler",
    "Pièces : {}",
    "LE DOSSIER EST COMPLET : {}",
    "2 enfants à charge ; {} ; 1 logement",
    "Suite à notre échange du 12/03/2024, {}",
)
LIAISONS = (" ; ", ", ", " ", "\n", " - ", " et ", ". ", " (voir aussi) ", " / ", " | ", "\t")
