package care

import "strings"

// The words that no message may hold, and those that a checker must know to be fair. They are bare: small letters without
// accents. A stem stands for all that begins with it.

func setOf(words string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(words) {
		out[w] = true
	}
	return out
}

// aboutStems say what a message is about, or what waits: in Dutch and English alike, for a message in one language can hold a
// word of the other.
var aboutStems = strings.Fields(`
relatie therap koppel huwelijk getrouwd scheiding gescheiden echtscheid ontrouw overspel vreemdga vreemdge bedrog bedroge bedrieg minnaar minnares affair
psycho psychiat geweld mishandel misbruik verslaaf verslav alcohol drugs drank seks sexu intim depress suicid zelfmoord diagnos trauma behandel patient
client hulpverlen counsel sessie gesprek intake huiswerk oefening opdracht vragenlijst antwoord verslag rapport afspraak afspraken traject dagboek ruzie
conflict crisis jaloe jaloers vertrouwensbreuk liefde aandoening stoornis klachten screening veiligheid praktijkruimte
relationship couple marriage marital married divorc separation infidel unfaithful cheat betray adulter abus violen addict drinking suicidal
treatment session appointment homework exercis questionnaire answer report agreement programme diary quarrel jealous disorder illness safety
`)

// aboutWords do so as a whole word.
var aboutWords = setOf(`duo echtpaar taak taken task tasks ziek ziekte medicatie medication coach sex drug drugs trouw affaire program programs consult consultation
love fight fights therapy uitslag score scores`)

// othersWords speak of somebody else than who reads.
var othersWords = setOf(`partner partners jullie samen together man vrouw echtgenoot echtgenote geliefde vriend vriendin husband wife spouse boyfriend girlfriend lover
hij his him hers he she`)

// blamePhrases say that somebody did not do something, or press.
var blamePhrases = []string{
	"nog niet", "nog steeds", "niet gedaan", "niet ingevuld", "niet gereageerd", "niet geopend", "vergeten", "vergeet niet", "te laat", "achterstand", "je moet", "moet je",
	"laatste kans", "dringend", "zo snel mogelijk", "alsnog", "opnieuw niet", "we missen je", "wachten op jou",
	"not yet", "yet to", "still have", "still has", "still need", "have not", "haven t", "has not", "hasn t", "did not", "didn t", "do not forget", "don t forget", "forgot", "forgotten",
	"overdue", "too late", "behind", "you must", "last chance", "urgent", "as soon as possible", "waiting for you to", "we miss you",
}

// everyday are words that are somebody's name too, or a title: they say so only with a capital within a sentence.
var everyday = setOf(`
een er is iets voor je jou jouw klaar staat dat die dit het de op in om te en of als na met per bij van uit tot aan door wil will bent ben bekijk bekijken kijk open openen
wanneer uitkomt log inloggen ingelogd zie zien zo wat waar over gaat hier dan hoef niets niet doen mail bericht berichten herinnering uitnodiging knop werkt keer weken geldig
eigen plek kies kiezen wachtwoord zelf wacht aandacht vraagt bureau naar persoonlijks opzet met je hebt heeft wordt worden kun kunt kan rustig moment tijd even graag
hallo hoi dag beste groet groeten wij we ons onze alles goed mei juni juli roos bloem wit zwart groot klein jong oud lang kort post berg dijk meer water zon ster vos wolf beer
bakker visser smit kok boer koning prins meester vrede hoop vreugde storm winter zomer lente herfst sterk blij
there is something ready for you have a look whenever it suits sign in see that way what is yours stays reminder once signed about the mail itself holds nothing personal on
purpose waiting your desk asks attention to invitation been invited open private place of own choose password button works once stays valid two weeks were not expecting this then
need do message messages hello dear may june april august mark will grace hope faith joy rose bill art pat sue jack dawn summer autumn sky rain brook lake hill wood green brown white
black young long short king prince page post day time love moment please we us our all good here when
`)

// commonNames are refused although some of them stand among the ordinary words.
var commonNames = setOf(`
jan piet kees henk johan johannes peter pieter willem hendrik gerrit cornelis jeroen martijn mark marco marcel michiel thomas tim tom daan sem lucas luuk levi finn noah bram sam robin
jesse lars milan thijs ruben sander bas bart stijn wout jef joris koen pascal patrick dirk erik eric frank fred geert gert hans hugo ivo jasper joost jurgen karel klaas kevin
luc maarten mathias matthias niels nico olivier paul philippe rik rob robert roel ronald ruud simon stefan stef sven theo tijs tobias tristan victor vincent wim wouter xander yannick
anna anne annelies annemiek anouk astrid bianca carla carmen charlotte chantal christine claudia daphne diana ellen els emma esther eva eline elise fatima femke fleur
floor griet hanna hannah heleen helena ilse inge ingrid iris isabel jana janneke jasmijn jessica joke jolanda judith julia julie karin katrien kim laura lauren lies lieve linda lisa lotte
louise lina maaike manon margriet maria marie marieke marijke marleen marloes martine mieke mila miriam monique nadia naomi natalie nele nicole nina noor olivia petra renate
saar sabine sandra sanne sara sarah silvia sofie sophie stephanie suzanne tess tessa tineke truus veerle vera wendy yvonne zoe
mohamed mohammed muhammad ahmed ali omar youssef yusuf ibrahim hassan mustafa mehmet aicha fatma ayse zeynep samira
james john michael david richard charles christopher daniel matthew anthony steven andrew kenneth george edward brian kevin jason jeffrey ryan jacob gary nicholas jonathan stephen
mary patricia jennifer elizabeth barbara susan karen nancy margaret betty ashley emily donna michelle carol amanda melissa deborah rebecca sharon cynthia kathleen amy angela
alex jules kirsten andrea sasha chris
`)

// inMessages are ordinary words that people write in messages and that our own texts hardly use.
var inMessages = setOf(`
aandachtig aangenaam afmelden allemaal allerlei avondje beantwoord beantwoorden beetje benieuwd berichtje beschikbaar betekenisvol beterschap beveiligd bezoek bijzonder blijven
dankjewel dankbaar drukte eenmalig eentje eigenlijk enthousiast ervoor fijn fijne fleurig fris gauw gebruikelijk gefeliciteerd geheel geheim gelukkig gemak gemakkelijk geniet genieten gerust gezellig
gezelligs gratis groetjes groetje hartelijk hartelijke hartverwarmend helder hieronder hieraan hoi hopelijk inbox inhoud inlog inlogcode inlogt internet jong jonge
kalm kopje koffie kusje laptop lekker lekkere lente liefs lieve lievere link lukt mailbox mailtje medewerkers meteen minuutje mobiel moeite mogelijk momentje mooi mooie morgen
namens nieuw nieuws nieuwtje notificatie ochtend ontspannen ontvangen ontvanger ontvangst overmorgen paar pagina persoonsgegevens plekje plezier portaal praktisch prettig prettige privacy
puntje rondje ruim rust rustgevend schikt schuift seconde seintje sfeer sinds smartphone snel spam spoed straks succes tablet team telefoon terugkijken terugkomen thee theetje tips toestel
tot tussendoor uitgebreid uitloggen uitrusten update vakantie veilig veilige verrassing versleuteld vertrouwelijk vertrouwde verzonden volgende voorpagina vraagje vragen vriendelijk
vriendelijke vrijblijvend vrolijk vrolijke wachtlijst wandeling warm warme website weekend weer welkom welkome wens wensen wensten zachtjes zachte ziens zin zomaar zonnetje zonnig zorgvuldig
about above account afternoon again ahead always anytime anywhere app apps around arrive arrived available await awaits awhile beautiful below best bit bookmark breath breathe brief bright browser calm
calmly care cheer cheerful cheers coffee comfort comfortable confidential convenient cosy cup curious delay delete delight device easy email emails encrypted enjoy evening expect expire expires fancy fine
folder forward fresh friendly further gently glad glance good gone grateful greet greeting greetings grab handy happy hello helpful hi hope hopefully inbox inside kettle kind kindly laptop later leisure
little login logged lovely luck mailbox mails mind minute mobile morning mostly news newsletter nice nobody note notice notification nudge online ordinary page pause peek phone pleasant please pleasure pop
portal privacy private quick quiet quietly receive received recipient regards relax relaxed reply restful rush safely secure securely settle settings short sincerely site smartphone smile soft something soon
sort spam spare straight stroll suit sunny support tablet tea team thank thanks thoughtful tick tidy today tomorrow tonight unhurried unread unsubscribe unwind update usual visit wander warm warmly warmth
website week weekend welcome whatever whenever wherever wish wishes wishing wonderful worry worth yours yourself
`)
