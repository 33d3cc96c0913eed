package care

import (
	"regexp"
	"strings"
)

// What an agreement's points may not say, and how that is told from what they may. Both rules look at plain words in Dutch and
// English and are careful: a form that refuses a good sentence is worse than one that lets a weak one through.

// words makes an expression of whole words and beginnings of words ("wekelijks*" also finds "wekelijkse").
func words(list string) *regexp.Regexp {
	var parts []string
	for _, w := range strings.Fields(list) {
		w = strings.ReplaceAll(regexp.QuoteMeta(w), "_", `\s+`)
		if start, ok := strings.CutSuffix(w, `\*`); ok {
			w = start + `\p{L}*`
		}
		parts = append(parts, w)
	}
	return regexp.MustCompile(`(?i)(?:^|[^\p{L}\p{N}])(?:` + strings.Join(parts, "|") + `)(?:$|[^\p{L}\p{N}])`)
}

var (
	// concrete is what one can see on a calendar, on a clock, or count.
	concrete = regexp.MustCompile(`\d|` + words(`
		maandag* dinsdag* woensdag* donderdag* vrijdag* zaterdag* zondag* weekend* week weken wekelijks* dag dagen dagelijks* avond* ochtend* middag* nacht*
		maand maanden maandelijks* jaar uur uren kwartier* minuut minuten keer keren maal elke elk iedere ieder telkens
		twee drie vier vijf zes zeven acht negen tien één een_keer eenmaal voor_het_eten na_het_eten tijdens_het_eten bij_het_eten onder_het_eten
		voor_het_slapen voordat nadat zodra binnen vooraf tevoren thuiskom* aantal tel tellen geteld telt vinkje* kruisje* streepje* agenda* kalender* lijst* lijstje*
		ja_of_nee wel_of_niet of_niet gedaan gelukt bericht* appje* bel bellen gebeld dokter therapeut* sessie* afspraak_gemaakt
		monday* tuesday* wednesday* thursday* friday* saturday* sunday* weekend* week weeks weekly day days daily evening* morning* afternoon* night* month* year hour*
		quarter minute* time times once twice every each two three four five six seven eight nine ten before_dinner after_dinner at_dinner before_bed beforehand
		within number count counted counts tick* cross diary calendar list yes_or_no or_not done called call message* text_message* session* therapist*`).String())

	// wishes are promises of which nobody can say when they are kept.
	wishes = words(`
		beter betere beste* meer minder liever aardiger vriendelijker opener eerlijker positiever geduldiger begripvoller respectvol* respecteren respect begrip
		aandacht rekening_houden proberen probeer ons_best mijn_best normaal leuker gezelliger zorgzamer betrouwbaar* trouw liefdevol* er_voor_elkaar_zijn
		elkaar_vertrouwen vertrouwen_hebben goed_luisteren communiceren communicatie
		better more less nicer kinder open honest positive patient understanding respectful* respect attention try trying our_best my_best normal loving
		be_there_for communicate communication trust_each_other listen_well`)

	// feelings are measures that leave it to whoever feels.
	feelings = words(`
		beter betere meer minder gevoel* voel voelen voelt merk merken merkt fijn fijner prettig* goed gaat_goed gaat_beter sfeer vanzelf we_zien_wel blij* gelukkig*
		rustiger leuker tevreden* aandacht respect begrip vertrouwen communicatie
		better more less feel feels feeling* notice noticed nicer good well going_well mood happy happier calmer satisfied attention respect understanding trust communication`)
)

// vague tells whether a point promises what nobody can see, with a measure that is as vague as the promise. A measure that can
// be seen or counted makes any promise good; so does a promise that can.
func vague(agreement, measure string) bool {
	if concrete.MatchString(agreement) || concrete.MatchString(measure) {
		return false
	}
	same := strings.EqualFold(strings.TrimSpace(agreement), strings.TrimSpace(measure))
	return wishes.MatchString(agreement) && (same || feelings.MatchString(measure))
}

// What always stays one's own, whatever two people agree (content brief 4.5): the way into the portal, private answers,
// messages with the therapist, and the people and services who help.
var (
	portalWords  = words(`portaal portalen portal portals tussentijds deze_app dit_portaal deze_site this_app this_site`)
	wayIn        = words(`wachtwoord* password* inlog* ingelogd login* log_in logging_in sign_in toegang access pincode* passkey* meekijken meelezen meeleest meekijkt read_along look_along code codes`)
	privateWords = words(`antwoord antwoorden answer answers invullen invul invult ingevuld fill_in filled_in vragenlijst* questionnaire* bericht* message* mails mail e-mail* chat* conversation*`)
	confidants   = words(`therapeut* therapist* psycholoog* psychologist* hulpverlen* counsellor* counselor* huisarts* hulplijn* helpline* portaal portal tussentijds
		veiligheid* safety persoonlijke_vragen private_questions vragen_apart`)
	showing = words(`delen deel deelt gedeeld zien ziet lees lezen leest meelezen inzien inkijken tonen toont toon voorlezen doorsturen stuur_door
		share shares shared show shows read reads see look look_at forward hand_over`)
	helpers   = words(`hulplijn* helpline* hulpverlen* counsellor* counselor* huisarts* family_doctor doctor dokter politie police veilig_thuis opvang* shelter* vertrouwenspersoon* crisisdienst* crisis_service* advocaat lawyer`)
	reaching  = words(`contact bel bellen belt praten praat spreken spreekt zien ziet gaan gaat app appen mailen zoeken call calls talk talks speak see visit go contacting reach`)
	denying   = words(`niet nooit geen zonder not never no without don't`)
	protected = words(`niet nooit geen behalve uitgezonderd zonder blijft blijven privé eigen erbuiten buiten not never no except excluding without stays stay remains private own outside`)
	clauseEnd = regexp.MustCompile(`[.;:!?\n–—]|,\s`)
)

// neverAgreed tells whether a point would open what always stays one's own, or keep somebody from help. A sentence that
// says that it stays one's own is fine.
func neverAgreed(text string) bool {
	for _, clause := range clauseEnd.Split(text, -1) {
		if helpers.MatchString(clause) && reaching.MatchString(clause) && denying.MatchString(clause) {
			return true
		}
		if protected.MatchString(clause) {
			continue
		}
		if portalWords.MatchString(clause) && wayIn.MatchString(clause) {
			return true
		}
		if privateWords.MatchString(clause) && confidants.MatchString(clause) && showing.MatchString(clause) {
			return true
		}
		if helpers.MatchString(clause) && showing.MatchString(clause) && privateWords.MatchString(clause) {
			return true
		}
	}
	return false
}
