import pytest

from portail.garde_fou import verifier

EXPLICITES = {
    "cancer": ["un cancer du sein", "tumeur au cerveau", "LEUCEMIE", "métastases", "lymphome"],
    "maladie": [
        "diabète de type 2",
        "il est diabetique",
        "BPCO sévère",
        "la SEP depuis dix ans",
        "HTA",
        "a fait un AVC",
        "infarctus",
        "asthme",
        "maladie de Crohn",
        "alzheimer débutant",
        "insuffisance rénale",
        "endométriose",
        "hernie discale",
        "mucoviscidose",
        "drépanocytose",
        "jambe cassée",
        "fracture du bras",
        "problème de cœur",
    ],
    "infection": ["séropositive", "VIH", "tuberculose", "hépatite C", "la gale", "covid long"],
    "symptome": ["mal au dos", "douleurs chroniques", "il vomit", "fièvre", "pertes de mémoire"],
    "medicament": ["sous insuline", "Doliprane", "du xanax", "amoxicilline", "sous traitement"],
    "acte": [
        "chimiothérapie prévue",
        "greffe de rein",
        "IRM cérébrale",
        "dialyse",
        "se fait opérer du genou",
        "prothèse de hanche",
        "coloscopie",
    ],
    "grossesse": ["elle est enceinte", "IVG", "fausse couche", "accouchement en juin"],
    "addiction": ["alcoolique", "sous méthadone", "toxicomane", "addiction au jeu", "il se drogue"],
    "psychiatrie": [
        "schizophrène",
        "dépression",
        "tentative de suicide",
        "TDAH",
        "burn-out",
        "troubles bipolaires",
        "hospitalisé en psychiatrie",
        "anorexie",
    ],
    "handicap": [
        "tétraplégique",
        "autiste",
        "malvoyante",
        "sourd de naissance",
        "trisomie 21",
        "handicap moteur",
        "déficience intellectuelle",
    ],
    "paraphrase": [
        "elle entend des voix",
        "trois fois par semaine à la machine",
        "du sucre dans le sang",
        "un bébé prévu pour mars",
        "il boit trop",
        "elle perd la tête",
    ],
}


@pytest.mark.regle("D-09")
@pytest.mark.parametrize("texte", [texte for textes in EXPLICITES.values() for texte in textes])
def test_an_explicit_term_is_blocked_inside_a_sentence(texte):
    verdict = verifier(f"Bonjour, pour Mme Petit : {texte}. Merci de votre aide.")
    assert verdict.verdict == "bloque"
    assert verdict.est_bloquant
    assert {m.type for m in verdict.motifs} == {"sante"}


@pytest.mark.regle("D-09")
@pytest.mark.parametrize(
    ("texte", "extrait", "categorie"),
    [
        ("Elle a un cancer du sein.", "cancer du sein", "cancer"),
        ("Il est DIABÉTIQUE", "DIABÉTIQUE", "maladie"),
        ("Il prend du Lévothyrox", "Lévothyrox", "medicament"),
        ("Sa fille est autiste.", "autiste", "handicap"),
        ("Elle souffre de schizophrénie", "schizophrénie", "psychiatrie"),
        ("Séances de chimio en mai", "Séances de chimio", "acte"),
    ],
)
def test_the_span_shows_the_very_words_and_names_the_category(texte, extrait, categorie):
    (motif,) = verifier(texte).motifs
    assert (motif.extrait, motif.categorie) == (extrait, categorie)
    assert texte[motif.debut : motif.fin] == extrait


@pytest.mark.regle("D-09")
@pytest.mark.parametrize(
    "texte",
    [
        "diabete",
        "DIABÈTE",
        "diabe\u0300te",
        "d i a b è t e",
        "d.i.a.b.è.t.e",
        "d-i-a-b-è-t-e",
        "dia\u200bbète",
        "dia\u00adbète",
        "diab3te",
        "ｄｉａｂèｔｅ",
        "diаbète",  # Cyrillic а
        "diabette",
        "diabètes",
        "un S.I.D.A. avancé",
        "shizophrène",
        "schyzophrenie",
        "depresion",
        "alzeimer",
        "épilepssie",
        "fibromialgie",
        "sclerose en plaque",
        "burn out",
        "burnout",
        "anti-dépresseurs",
    ],
)
def test_no_spelling_hides_a_term(texte):
    assert verifier(f"Il y a {texte} depuis 2010").verdict == "bloque"


ORDINAIRES = [
    "Mme Cancer souhaite un rendez-vous.",
    "M. et Mme Cancer, Mlle Marie Cancer",
    "MME CANCER MARIE DEMANDE SA CARTE",
    "mme cancer a appelé",
    "Madame Dupuis, née Sourd, et M. Lépreux",
    "Elle habite 12 rue de l’Hôpital à Arras.",
    "12, impasse des Aveugles",
    "Elle travaille à la Pharmacie du Marché.",
    "Le traitement de la demande est en cours.",
    "Une rupture de droits depuis le 1er janvier",
    "L’opération bancaire a été rejetée.",
    "Le bailleur reste sourd à nos relances.",
    "Rendez-vous à 15 h, bâtiment C 34",
    "Il n’a pas de médecin traitant.",
    "Saisine de la Mission accompagnement santé",
    "Un examen de prévention en santé lui est proposé.",
    "Le greffe du tribunal n’a pas répondu.",
    "La fracture numérique complique ses démarches.",
    "Dans l’enceinte de la mairie",
    "Un dialogue de sourds s’est installé.",
    "Il est paralysé par les démarches.",
    "La ligue contre le cancer tient une permanence.",
    "Injection de fonds refusée",
    "Ordonnance du juge des tutelles",
    "La tentative de contact a avorté.",
    "Assurance maladie de l’Artois, feuille de soins",
    "Merci de scanner le document.",
    "Elle souffre d’isolement.",
    "Nous avons accroché une affiche à l’accueil.",
    "La répression des fraudes est saisie.",
    "photo IMG_2031.jpg",
    "Maison départementale des personnes handicapées",
]

FORMULAIRE = [
    "Renoncement ou difficultés d’accès à des soins liés à un handicap",
    "Difficultés d’accès aux droits",
    "Consultation de médecine générale ou spécialisée",
    "Acte chez un spécialiste, analyses ou examens",
    "Dispositifs médicaux, chirurgie, pharmacie, soins dentaires",
    "Refus de prise en charge par un professionnel",
    "renoncement aux soins",
    "reste à charge",
    "complémentaire santé solidaire",
    "carte Vitale",
    "certificat médical",
    "bulletin d’hospitalisation",
    "rendez-vous chez un spécialiste",
    "Mission accompagnement santé",
]


@pytest.mark.regle("D-09")
@pytest.mark.parametrize("texte", ORDINAIRES + FORMULAIRE)
def test_ordinary_words_pass_without_even_a_hint(texte):
    assert verifier(texte).motifs == ()


@pytest.mark.regle("D-09")
@pytest.mark.parametrize(
    ("ordinaire", "medical"),
    [
        ("Mme Cancer habite Lille", "Mme Cancer a un cancer"),
        ("rue de l’Hôpital", "rue de l’Hôpital, il est épileptique"),
        ("fracture numérique", "fracture du poignet"),
        ("le greffe du tribunal", "greffe de rein"),
        ("sourd à nos relances", "elle est sourde"),
        ("opération bancaire", "opération du dos"),
        ("traitement de la demande", "il est sous traitement"),
        ("dialogue de sourds", "deux enfants sourds de naissance"),
        ("dans l’enceinte de la mairie", "enceinte de six mois"),
        ("la famille Grippe", "dans la famille. Grippe en mars"),
        ("rupture de contrat", "rupture des ligaments croisés"),
        ("confiance aveugle", "il devient aveugle"),
    ],
)
def test_the_context_decides(ordinaire, medical):
    assert verifier(ordinaire).verdict == "ok"
    assert verifier(medical).verdict == "bloque"


@pytest.mark.regle("D-09")
@pytest.mark.parametrize(
    "texte",
    [
        "Elle est en ALD",
        "AAH refusée",
        "en arrêt de travail",
        "pension d’invalidité",
        "hospitalisé depuis lundi",
        "congé maternité",
    ],
)
def test_what_is_debatable_is_a_hint_never_an_obstacle(texte):
    verdict = verifier(texte)
    assert verdict.verdict == "indice"
    assert not verdict.est_bloquant


@pytest.mark.regle("D-09")
def test_a_hint_beside_a_term_stays_listed_and_does_not_soften_it():
    verdict = verifier("En ALD pour un diabète")
    assert verdict.verdict == "bloque"
    assert [(m.extrait, m.verdict) for m in verdict.motifs] == [
        ("ALD", "indice"),
        ("diabète", "bloque"),
    ]


@pytest.mark.regle("D-09")
def test_a_phrase_does_not_run_over_the_end_of_a_sentence():
    assert verifier("Elle a mal. Au dos du formulaire, une note.").verdict == "ok"
    assert verifier("Elle a mal au dos.").verdict == "bloque"


@pytest.mark.regle("D-09")
@pytest.mark.parametrize("texte", ["il range ses TOC", "plusieurs TOC envahissants"])
def test_an_acronym_counts_in_capitals_only(texte):
    assert verifier(texte).verdict == "bloque"
    assert verifier(texte.lower()).verdict == "ok"
