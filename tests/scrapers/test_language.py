"""Headlines of our own in each language of the starter pack."""

from __future__ import annotations

import subprocess
import sys

import pytest

from scrapers.language import detected, settled

HEADLINES = {
    "en": (
        "Halvora to cut 120 jobs at its plant in Tirmona",
        "Brantiq lays off a fifth of its staff after weak quarter",
        "Volmar Motors will close two factories by the end of the year",
        "Ospera Bank warns of further redundancies in head office",
        "Workers at Kelpanto told to expect news about severance pay",
        "Nexora said to be planning cuts across its cloud unit",
        "Mayor promises help for families hit by the closure",
        "What we know so far about the job losses at Halvora",
    ),
    "de": (
        "Halvora streicht 120 Stellen im Werk Tirmona",
        "Brantiq baut jeden fünften Arbeitsplatz ab",
        "Volmar Motors schließt zwei Werke bis Jahresende",
        "Ospera Bank kündigt weiteren Stellenabbau in der Zentrale an",
        "Betriebsrat kritisiert Pläne der Geschäftsführung von Kelpanto",
        "Nexora plant offenbar Einschnitte in der Cloud-Sparte",
        "Insolvenzverwalter sieht Chancen für den Zulieferer",
        "Was über den Jobabbau bei Halvora bekannt ist",
    ),
    "fr": (
        "Halvora supprime 120 postes dans son usine de Tirmona",
        "Brantiq licencie un cinquième de ses effectifs",
        "Volmar Motors fermera deux usines d'ici la fin de l'année",
        "Ospera Bank annonce un plan de départs volontaires au siège",
        "Les syndicats dénoncent un plan social chez Kelpanto",
        "Nexora préparerait des coupes dans sa division cloud",
        "Le maire promet d'aider les familles touchées par la fermeture",
        "Ce que l'on sait des suppressions d'emplois chez Halvora",
    ),
    "es": (
        "Halvora recortará 120 empleos en su planta de Tirmona",
        "Brantiq despide a una quinta parte de su plantilla",
        "Volmar Motors cerrará dos fábricas antes de fin de año",
        "Ospera Bank anuncia un ERE en sus oficinas centrales",
        "Los sindicatos rechazan los despidos previstos en Kelpanto",
        "Nexora estudia recortes en su división de la nube",
        "El alcalde promete ayuda a las familias afectadas por el cierre",
        "Lo que se sabe de los despidos en Halvora",
    ),
    "it": (
        "Halvora taglia 120 posti nello stabilimento di Tirmona",
        "Brantiq licenzia un quinto dei dipendenti dopo il calo",
        "Volmar Motors chiuderà due fabbriche entro la fine dell'anno",
        "Ospera Bank annuncia altri esuberi nella sede centrale",
        "I sindacati contro i licenziamenti annunciati da Kelpanto",
        "Nexora prepara tagli nella divisione cloud, secondo fonti",
        "Il sindaco promette aiuti alle famiglie colpite dalla chiusura",
        "Che cosa sappiamo degli esuberi alla Halvora",
    ),
    "pt": (
        "Halvora vai cortar 120 empregos na fábrica de Tirmona",
        "Brantiq demite um quinto dos funcionários após trimestre fraco",
        "Volmar Motors fechará duas fábricas até o fim do ano",
        "Ospera Bank anuncia novas demissões na sede",
        "Sindicatos contestam despedimento coletivo na Kelpanto",
        "Nexora estaria a preparar cortes na divisão de nuvem",
        "Prefeito promete ajuda às famílias atingidas pelo fechamento",
        "O que se sabe sobre as demissões na Halvora",
    ),
    "nl": (
        "Halvora schrapt 120 banen in fabriek in Tirmona",
        "Brantiq ontslaat een vijfde van zijn personeel",
        "Volmar Motors sluit voor het einde van het jaar twee fabrieken",
        "Ospera Bank kondigt nieuwe ontslagronde aan op hoofdkantoor",
        "Vakbonden boos over reorganisatie bij Kelpanto",
        "Nexora zou flink willen snijden in zijn cloudafdeling",
        "Burgemeester belooft hulp aan getroffen gezinnen",
        "Wat we weten over het banenverlies bij Halvora",
    ),
    "sv": (
        "Halvora varslar 120 anställda vid fabriken i Tirmona",
        "Brantiq säger upp var femte medarbetare efter svagt kvartal",
        "Volmar Motors stänger två fabriker före årets slut",
        "Ospera Bank aviserar fler uppsägningar på huvudkontoret",
        "Facket rasar mot nedskärningarna på Kelpanto",
        "Nexora planerar neddragningar i molnverksamheten",
        "Kommunen lovar hjälp till de familjer som drabbas",
        "Det här vet vi om varslet på Halvora",
    ),
    "da": (
        "Halvora fyrer 120 medarbejdere på fabrikken i Tirmona",
        "Brantiq skiller sig af med hver femte ansatte",
        "Volmar Motors lukker to fabrikker inden årets udgang",
        "Ospera Bank varsler flere afskedigelser på hovedkontoret",
        "Fagforening kritiserer massefyringer hos Kelpanto",
        "Nexora vil skære ned i sin cloudforretning, siger kilder",
        "Borgmesteren lover hjælp til de ramte familier",
        "Det ved vi om fyringerne hos Halvora",
    ),
    "no": (
        "Halvora kutter 120 stillinger ved fabrikken i Tirmona",
        "Brantiq sier opp hver femte ansatt etter svakt kvartal",
        "Volmar Motors legger ned to fabrikker før årsskiftet",
        "Ospera Bank varsler flere oppsigelser på hovedkontoret",
        "Tillitsvalgte reagerer på nedbemanningen i Kelpanto",
        "Nexora skal ha planer om kutt i skyvirksomheten",
        "Ordføreren lover hjelp til familiene som rammes",
        "Dette vet vi om oppsigelsene i Halvora",
    ),
    "fi": (
        "Halvora vähentää 120 työpaikkaa Tirmonan tehtaalla",
        "Brantiq irtisanoo joka viidennen työntekijänsä",
        "Volmar Motors sulkee kaksi tehdasta vuoden loppuun mennessä",
        "Ospera Bank aloittaa muutosneuvottelut pääkonttorissa",
        "Ammattiliitto arvostelee Kelpannon irtisanomisia",
        "Nexora suunnittelee leikkauksia pilviyksikköönsä",
        "Kaupunki lupaa apua irtisanotuille perheille",
        "Tämä tiedetään Halvoran yt-neuvotteluista",
    ),
    "pl": (
        "Halvora zwolni 120 osób w fabryce w Tirmonie",
        "Brantiq zwalnia co piątego pracownika po słabym kwartale",
        "Volmar Motors zamknie dwa zakłady do końca roku",
        "Ospera Bank zapowiada kolejne zwolnienia grupowe w centrali",
        "Związkowcy protestują przeciw redukcjom w spółce Kelpanto",
        "Nexora planuje cięcia w dziale usług chmurowych",
        "Burmistrz obiecuje pomoc rodzinom zwalnianych",
        "Co wiadomo o zwolnieniach w firmie Halvora",
    ),
    "he": (
        "הלבורה תפטר 120 עובדים במפעל בטירמונה",
        "ברנטיק מפטרת חמישית מעובדיה אחרי רבעון חלש",
        "וולמר מוטורס תסגור שני מפעלים עד סוף השנה",
        "בנק אוספרה מודיע על פיטורים נוספים במטה",
        "הוועד מאיים לשבות בגלל הקיצוצים בקלפנטו",
        "נקסורה מתכננת קיצוצים בחטיבת הענן",
        "Nexora מפטרת עשרות עובדים בישראל",
        "כל מה שידוע על גל הפיטורים בחברה",
    ),
    "ja": (
        "ハルボラ、ティルモナ工場で120人を削減へ",
        "ブランティック、従業員の2割を解雇",
        "ボルマー自動車、年末までに2工場を閉鎖",
        "オスペラ銀行、本社で希望退職を募集",
        "労組が人員削減計画に反発、団体交渉へ",
        "Nexora、クラウド部門の人員を削減する方針",
        "閉鎖で影響を受ける家族への支援を市長が約束",
        "ハルボラの早期退職について分かっていること",
    ),
    "ko": (
        "할보라, 티르모나 공장서 120명 감원",
        "브란틱, 직원 5분의 1 해고하기로",
        "볼마 자동차, 연말까지 공장 두 곳 폐쇄",
        "오스페라은행, 본사 희망퇴직 신청 받는다",
        "노조, 구조조정 계획에 강하게 반발",
        "Nexora, 클라우드 사업부 인력 감축 추진",
        "시장, 폐쇄로 피해 입은 가족들 지원 약속",
        "할보라 정리해고에 대해 알려진 것들",
    ),
    "zh": (
        "哈尔沃拉将在蒂尔莫纳工厂裁员120人",
        "布兰蒂克裁减五分之一员工",
        "沃尔玛汽车年底前将关闭两家工厂",
        "奥斯佩拉银行宣布总部将进一步裁员",
        "工会反对公司的裁员计划并要求谈判",
        "Nexora据称计划削减云计算部门人员",
        "市长承诺帮助受工厂关闭影响的家庭",
        "關於哈爾沃拉裁員我們目前所知道的",
    ),
}
LONG = {language: ". ".join(headlines) for language, headlines in HEADLINES.items()}


def test_most_headlines_are_named_and_none_is_named_wrongly():
    told = [(language, detected(line)) for language, lines in HEADLINES.items() for line in lines]
    right = sum(found == language for language, found in told)
    wrong = sum(found not in {language, None} for language, found in told)
    print(f"FIGURE language headlines={len(told)} right={right} wrong={wrong}")
    assert wrong == 0
    assert right >= 0.83 * len(told)


@pytest.mark.parametrize("language", HEADLINES)
def test_a_few_sentences_are_enough_for_every_language(language):
    assert detected(LONG[language]) == language


@pytest.mark.parametrize("shape", [str.upper, str.title])
def test_capitals_make_no_difference(shape):
    lines = [line for lines in HEADLINES.values() for line in lines]
    assert [detected(shape(line)) for line in lines] == [detected(line.lower()) for line in map(shape, lines)]
    assert detected(shape(LONG["de"])) == "de"


@pytest.mark.parametrize(
    "text", ["", " \n", "120", "!!! ???", "Halvora", "RTX 5090 Ti OLED 4K", "\ud800\0", "a" * 100_000]
)
def test_what_is_no_language_is_not_guessed_at(text):
    assert detected(text) is None


@pytest.mark.parametrize(
    ("declared", "text", "language"),
    [
        (None, LONG["fr"], "fr"),
        ("", LONG["fr"], "fr"),
        (None, "Halvora", None),
        ("fr-CA", LONG["fr"], "fr-CA"),
        ("en", LONG["de"], "de"),
        ("en-us", LONG["ja"] * 2, "ja"),
        ("en", HEADLINES["de"][0], "en"),
        ("nb", LONG["no"], "nb"),
        ("da", LONG["no"], "da"),
        ("iw", LONG["he"], "iw"),
        ("zh-Hant", LONG["zh"] * 3, "zh-Hant"),
        ("zu", "Tirmona Kelpanto Brantiq. " * 20, "zu"),
    ],
)
def test_what_is_declared_holds_unless_a_text_of_some_length_is_plainly_in_another(declared, text, language):
    assert settled(declared, text) == language


def test_the_model_is_not_loaded_by_importing():
    code = "import sys, scrapers.language, scrapers.pages; print([m for m in sys.modules if m.startswith(('fast', 'trafilatura'))])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
