"""The small words of a language, which stand in any of its sentences and name nothing."""

import re
from functools import cache

from donor.languages.codes import primary

__all__ = ["TABLED", "function_words", "small_words", "strange_words"]

_WORDS = {
    "en": """the of and to in is was that it for on with as are be this by from at or an were
        which but not have has had they his her their its you we he she i my your our who will
        would can could been there what when if so than more about out up do did does no all a
        also into them these those some such very just while where how after before because only
        other any it's""",
    "de": """der die das und in zu den von ist mit sich des auf für nicht ein eine einer eines
        einem einen dem als auch es an werden aus er hat dass sie nach wird bei um am sind noch
        wie über so zum zur haben nur oder aber vor bis mehr durch man sein wurde war ich wir
        ihr wenn kann sehr keine im diese dieser dieses mich mir uns unser ihre ihrer seine was
        hatte waren doch""",
    "fr": """le la les de des du un une et à est en que qui dans pour pas sur au aux ce il elle
        se ne par plus avec son sa ses sont cette ces mais ou où nous vous ils elles leur leurs
        été être avait fait comme tout on si même je j l d qu c n s m très était ont a y deux
        aussi bien sans mon ma mes notre votre entre après donc tous toutes ai peut""",
    "es": """el la los las de del que y en un una es se no por con para su sus al lo como más
        pero le ha me si sin sobre este esta estos estas ya entre cuando todo todos muy era fue
        son está también hay donde quien desde nos durante uno ni contra ese eso mi porque qué
        ser han a o e tiene nuestro nuestra otro otros otra hasta les yo te fueron estaba él
        ella ellos así""",
    "it": """il lo la i gli le di del della dei delle degli dello che e è in un una uno per non
        con sono da si dal dalla al alla alle ai agli nel nella nei nelle sul sulla come più ma
        anche se o ha ho suo sua suoi loro questo questa questi quello ci era stato essere molto
        tutti tutto mi nostro nostra cui dove quando hanno l d a c un' tra fra ed abbiamo siamo
        noi io""",
    "pt": """o a os as de do da dos das que e em um uma é no na nos nas se não por para com seu
        sua seus suas ao aos à às mais mas como ou foi são ser tem já também muito quando há
        pelo pela isso este esta eu ele ela eles nós era está até só me sem entre depois mesmo
        você nosso nossa num numa foram estava minha meu quem onde porque qual""",
    "nl": """de het een en van in is dat te op zijn met voor niet er aan die hij ook als om door
        naar uit bij was maar over tot dan nog ze wordt worden deze dit ik je we wij u hun kan
        heeft hebben had werd al wel geen meer zo zich of heel erg mijn ons onze haar wat waar
        toen want""",
    "pl": """w i z na do nie się że jest to jak po od za o przez dla ale co tak już tylko czy są
        był była było były ich jego jej tym tego ten ta te które który która może przy oraz lub
        a bardzo być ze pod bez nas mnie mi my jako gdy nawet także więc jeszcze we ma sobie""",
    "cs": """a v se na je že s z do o to i ve k pro jako za by byl byla bylo byly jsou není po
        také od ale podle být které který která při nebo jsem jsme jeho její jejich ze si tak už
        jen co až však velmi mezi než kde když má u bez nás mi této tento toto pak může""",
    "sk": """a v sa na je že s z do o to i vo k pre ako za by bol bola bolo boli sú nie po tiež
        od ale podľa byť ktoré ktorý ktorá pri alebo som sme jeho jej ich zo si tak už len čo až
        však veľmi medzi než kde keď má u bez nás mi táto tento toto potom môže""",
    "sv": """och i att det som en på är av för med den till inte har de om ett var han men från
        så vi kan när ska eller sig sin sina hade mycket under också än efter vid där jag hon
        där bara deras detta dessa vara blev alla mot hur vad du mig oss vår""",
    "da": """og i at det som en på er af for med den til ikke har de om et var han men fra så vi
        kan når skal eller sig sin sine havde meget under også end efter ved der jeg hun kun
        deres dette disse være blev alle mod hvor hvad du mig os vores""",
    "nb": """og i å det som en på er av for med den til ikke har de om et var han men fra så vi
        kan når skal eller seg sin sine hadde mye under også enn etter ved der jeg hun bare
        deres dette disse være ble alle mot hvor hva du meg oss vår""",
    "fi": """ja on ei se että oli hän mutta kun ovat joka niin kuin myös sen ole tai jos hänen
        mukaan olla tämä jo vain he sekä minä nyt mitä vielä olivat jotka kaikki sitten koska
        ollut voi hyvin ne siitä siinä tämän jonka meidän me sitä""",
    "hu": """a az és hogy nem is egy ez volt de van ha csak meg mint már még ki azt ezt el vagy
        kell olyan lesz minden mert akkor sem nagyon amely aki voltak szerint után között lehet
        én mi ők nagy itt ott úgy így pedig""",
    "ro": """de și în a la cu pe nu este o un că din care mai pentru sunt se au fost prin sau
        dar ca ce această acest am fi ar al ai ale lui ei lor era după foarte când până între eu
        noi unei unui cel cea despre decât""",
    "tr": """ve bir bu da de için ile çok olarak olan daha gibi en kadar ne o ama var değil
        sonra her ben biz şey mi mı ki ya veya ise göre tarafından oldu olduğu olduğunu vardı
        bunu onun bizim hiç yok""",
    "ca": """el la els les de del dels que i en un una és es no per amb al als a o com més però
        ha aquest aquesta va van són ser hi molt era també seu seva pel pels si ja entre quan on
        sobre tot tots fins està nosaltres ho em li estava això""",
    "hr": """i u je na se da su za od s o a koji koja koje kao ne to bi iz ili ali što sam smo
        bio bila bilo biti te nije do po kako već samo njegov njihov vrlo više između ako kada
        kad gdje jer prema pri sve nakon nas mi""",
    "id": """yang dan di dari untuk dengan ini itu pada adalah tidak dalam akan ke juga oleh ada
        atau saya kami kita mereka sebagai telah bisa karena dapat lebih sangat tersebut seperti
        sudah para bahwa dia ia anda hanya tetapi""",
    "vi": """và của là có được cho không trong một các những với này đã người để ở tôi khi từ
        rất cũng như về chúng đến nhưng nó ra vào hơn tại đó năm nhiều bị sẽ""",
    "ru": """и в не на что с по это как он она они к из у за от его её ее их то но а был была
        было были для мы вы я так же все всё о об при или до бы если уже где когда который
        которая которые которое только можно есть ещё еще чтобы этот эта эти этого со очень
        более также мне нас нам после во между под без много всегда даже тоже потому здесь там
        сейчас теперь ничего меня тебя себя вас вам ему ней них этом эту том быть будет свой
        свои лучше хорошо раз ни чем кто тем сюда нет свою своей несколько никогда каждый просто
        потом""",
    "uk": """і й та в у не на що з із як він вона вони до за від його її їх то але а був була
        було були для ми ви я так це ж все про при або би якщо вже де коли який яка які яке
        тільки можна є ще щоб цей ця ці цього зі дуже більш також мені нас нам після між під без
        по бути багато завжди навіть теж тому тут там зараз тепер нічого мене тебе себе вас вам
        йому ній них цьому цю тим буде свій свої краще добре раз ні ніж хто немає кілька ніколи
        кожен просто потім""",
    "be": """і ў у не на што з са як ён яна яны да за ад яго яе іх то але а быў была было былі
        для мы вы я так гэта жа ўсё ўсе пра пры або бы калі ўжо дзе які якая якія якое толькі
        можна ёсць яшчэ каб гэты гэтыя гэтага вельмі таксама мне нас нам пасля паміж пад без па
        шмат заўсёды нават таму тут там зараз цяпер нічога мяне цябе сябе вас вам яму будзе свой
        лепш ні чым хто няма некалькі ніколі кожны проста потым""",
    "bg": """и в не на че с със по това как той тя те към от у за него неговата му им но а беше
        бяха е са да се ние вие аз така всички при или до би ако вече където когато който която
        които което само може има още този тази тези много също мен нас след между под без бил
        обаче винаги дори защото тук там сега нищо ги ви ми си ѝ бъде свой по-добре нито кой
        няма няколко никога всеки просто после""",
    "sr": """и у не на да са с по ово ово како он она они ка из за од његов њен њих то али а био
        била било били је су се ми ви ја тако сви о при или до би ако већ где када који која
        које само може има још овај ова врло такође након између под без што""",
    "mk": """и во не на дека со по ова како тој таа тие кон од за неговиот му им но а беше беа е
        се да ние вие јас така сите при или до би ако веќе каде кога кој која кои кое само може
        има уште овој оваа овие многу исто нас по меѓу под без сум што""",
}  # fmt: skip

_ALSO = {"nb": "no nn", "hr": "bs sh sr"}
"""Languages that share the words of another, as far as these words go."""

TABLED = frozenset([*_WORDS, *" ".join(_ALSO.values()).split()])
"""The languages whose function words are known, by the primary part of their tags."""

_LETTERS = {
    "en": "", "de": "äöüß", "fr": "àâæçèéêëîïôœùûüÿ", "es": "áéíñóúü", "it": "àèéìíîòóùú",
    "pt": "áâãàçéêíóôõúü", "nl": "áéëèïóöü", "pl": "ąćęłńóśźż", "cs": "áčďéěíňóřšťúůýž",
    "sk": "áäčďéíľĺňóôŕšťúýž", "sv": "åäöé", "da": "æøåé", "nb": "æøåéòô", "fi": "äöå",
    "hu": "áéíóöőúüű", "ro": "ăâîșțşţ", "tr": "çğıöşüâî\u0307", "ca": "àçèéíïòóúü", "hr": "čćđšž",
    "id": "", "ru": "ё", "uk": "іїєґ", "be": "ёіў", "bg": "", "sr": "ђјљњћџ", "mk": "ѓѕјљњќџ",
}  # fmt: skip
"""The letters of a language beside the plain ones of its script."""

_CYRILLIC = {
    "ru": "", "uk": "ыэъЫЭЪ", "be": "иъщИЪЩ", "bg": "ыэЫЭ", "sr": "йщъыьэюяЙЩЪЫЬЭЮЯ",
    "mk": "йщъыьэюяЙЩЪЫЬЭЮЯ",
}  # fmt: skip
"""The plain letters of the Cyrillic script that a language does without."""

_LATIN = "\\u00c0-\\u00d6\\u00d8-\\u00f6\\u00f8-\\u024f\\u1e00-\\u1eff"
_WORD = re.compile(r"[^\W\d_]+")


def function_words(text: str) -> list[tuple[str, ...]]:
    """For each different function word of a text, the languages that have it.

    >>> function_words("Les")
    [('ca', 'es', 'fr')]
    """
    by_word = _by_word()
    words = set(_WORD.findall(text.lower()))
    return [by_word[word] for word in words if word in by_word]


def small_words(tag: str) -> tuple[str, ...]:
    """The function words of a language; none where they are not known.

    >>> small_words("en")[:3]
    ('the', 'of', 'and')
    """
    return tuple(_WORDS.get(primary(tag), "").split())


def strange_words(text: str, tag: str) -> int:
    """How many different words have a letter that the language does not write; names apart.

    >>> strange_words("la comida está buena, señor", "it")
    2
    """
    strange = _strange(tag)
    if strange is None or not strange.search(text):
        return 0
    words = set(_WORD.findall(text))
    return sum(word[0].islower() and strange.search(word) is not None for word in words)


@cache
def _strange(tag: str) -> re.Pattern[str] | None:
    letters = _LETTERS.get(tag)
    if letters is None:
        return None
    plain, block = ("а-яА-Я", "\\u0400-\\u052f") if tag in _CYRILLIC else ("a-zA-Z", _LATIN)
    missing = f"|[{_CYRILLIC[tag]}]" if _CYRILLIC.get(tag) else ""
    return re.compile(rf"(?![{plain}{letters}{letters.upper()}])[{block}]{missing}")


@cache
def _by_word() -> dict[str, tuple[str, ...]]:
    """The languages of each function word."""
    languages: dict[str, set[str]] = {}
    for tag, words in _WORDS.items():
        for word in words.split():
            languages.setdefault(word, set()).update([tag, *_ALSO.get(tag, "").split()])
    return {word: tuple(sorted(tags)) for word, tags in languages.items()}
