"""Texts in other languages yield no claims rather than wrong ones; English amidst them is still read."""

from __future__ import annotations

import pytest

TEXTS = {
    "French": "Au moins 137 personnes ont été tuées dans l'attaque de la salle de concert, selon les autorités russes. "
    "La police a arrêté onze suspects, dont quatre ont été mis en charge. Le groupe État islamique a revendiqué l'attentat.",
    "German": "Bei dem Anschlag auf die Konzerthalle starben mindestens 137 Menschen, 182 wurden verletzt. Die Polizei nahm "
    "elf Verdächtige fest. Der Islamische Staat bekannte sich zu der Tat, Moskau bezweifelt das.",
    "Spanish": "Al menos 137 personas murieron en el ataque contra la sala de conciertos y 182 resultaron heridas. La policía "
    "detuvo a once sospechosos. El Estado Islámico reivindicó el atentado, pero el Kremlin culpa a Ucrania.",
    "Italian": "Almeno 137 morti e 182 feriti nell'attacco alla sala da concerti. Undici arresti. Mosca accusa Kiev.",
    "Portuguese": "Pelo menos 137 mortos no ataque à sala de concertos; a polícia deteve 11 suspeitos, diz o Kremlin.",
    "Dutch": "Zeker 137 doden bij aanslag op concertzaal, zegt Rusland. De politie heeft elf mensen opgepakt.",
    "Swedish": "Minst 137 människor dödades i attacken mot konserthuset. Polisen har gripit elva misstänkta.",
    "Russian": "В результате теракта погибли 137 человек, 182 ранены. Задержаны 11 подозреваемых.",
    "Ukrainian": "Унаслідок обстрілу загинули 12 людей, ще 30 поранені, повідомила поліція.",
    "Arabic": "قُتل 137 شخصا على الأقل في الهجوم على قاعة الحفلات، وأصيب 182 آخرون، بحسب السلطات.",
    "Hebrew": "לפחות 137 בני אדם נהרגו בפיגוע, 182 נפצעו. המשטרה עצרה 11 חשודים.",
    "Chinese": "音乐厅袭击事件造成至少137人死亡,182人受伤。警方逮捕了11名嫌疑人。",
    "Japanese": "コンサートホール襲撃で少なくとも137人が死亡、182人が負傷した。",
    "Hindi": "कॉन्सर्ट हॉल पर हमले में कम से कम 137 लोग मारे गए और 182 घायल हुए।",
    "Turkish": "Konser salonuna düzenlenen saldırıda en az 137 kişi öldü, 182 kişi yaralandı. 11 kişi tutuklandı.",
    "Indonesian": "Sedikitnya 137 orang tewas dalam serangan di gedung konser, kata polisi.",
}


@pytest.mark.parametrize("language", TEXTS)
def test_a_text_in_another_language_yields_no_claims(reader, language):
    assert reader.read(title=TEXTS[language].split(".")[0], text=TEXTS[language]) == ()


def test_an_english_sentence_between_others_is_read(reader):
    (claim,) = reader.read(
        text=f"{TEXTS['French']}\n\nAt least 137 people were killed.\n\n{TEXTS['Russian']}"
    )
    assert claim.evidence.text == "At least 137 people were killed."
