"""The countries and smaller areas of the areas that are larger than a country."""

from __future__ import annotations

_LISTED = """
Europe: Albania; Andorra; Austria; Belarus; Belgium; Bosnia and Herzegovina; Bulgaria; Croatia; Cyprus; Czech
    Republic; Denmark; Estonia; Faroe Islands; Finland; France; Germany; Gibraltar; Greece; Hungary; Iceland; Ireland;
    Isle of Man; Italy; Kosovo; Latvia; Liechtenstein; Lithuania; Luxembourg; Malta; Moldova; Monaco; Montenegro;
    Netherlands; North Macedonia; Norway; Poland; Portugal; Romania; Russia; San Marino; Serbia; Slovakia; Slovenia;
    Spain; Sweden; Switzerland; Ukraine; United Kingdom; European Union; Eastern Europe; Western Europe; Central
    Europe; Nordic countries; Baltic states; Benelux; Balkans
European Union: Austria; Belgium; Bulgaria; Croatia; Cyprus; Czech Republic; Denmark; Estonia; Finland; France;
    Germany; Greece; Hungary; Ireland; Italy; Latvia; Lithuania; Luxembourg; Malta; Netherlands; Poland; Portugal;
    Romania; Slovakia; Slovenia; Spain; Sweden; Benelux; Baltic states
Nordic countries: Denmark; Faroe Islands; Finland; Iceland; Norway; Sweden; Scandinavia
Scandinavia: Denmark; Norway; Sweden
Baltic states: Estonia; Latvia; Lithuania
Benelux: Belgium; Luxembourg; Netherlands
Asia: Afghanistan; Armenia; Azerbaijan; Bangladesh; Bhutan; Brunei; Cambodia; China; East Timor; Georgia; Hong Kong;
    India; Indonesia; Japan; Kazakhstan; Kyrgyzstan; Laos; Macao; Malaysia; Maldives; Mongolia; Myanmar; Nepal; North
    Korea; Pakistan; Philippines; Singapore; South Korea; Sri Lanka; Taiwan; Tajikistan; Thailand; Turkmenistan;
    Uzbekistan; Vietnam; Middle East; Southeast Asia; South Asia; East Asia
Middle East: Bahrain; Iran; Iraq; Israel; Jordan; Kuwait; Lebanon; Oman; Palestine; Qatar; Saudi Arabia; Syria;
    Turkey; United Arab Emirates; Yemen; Gulf states
Gulf states: Bahrain; Kuwait; Oman; Qatar; Saudi Arabia; United Arab Emirates
Southeast Asia: Brunei; Cambodia; East Timor; Indonesia; Laos; Malaysia; Myanmar; Philippines; Singapore; Thailand;
    Vietnam
APAC: Asia; Oceania
EMEA: Europe; Middle East; Africa
Africa: Algeria; Angola; Benin; Botswana; Burkina Faso; Burundi; Cabo Verde; Cameroon; Central African Republic; Chad;
    Comoros; Democratic Republic of the Congo; Djibouti; Egypt; Equatorial Guinea; Eritrea; Eswatini; Ethiopia; Gabon;
    Gambia; Ghana; Guinea; Guinea-Bissau; Ivory Coast; Kenya; Lesotho; Liberia; Libya; Madagascar; Malawi; Mali;
    Mauritania; Mauritius; Morocco; Mozambique; Namibia; Niger; Nigeria; Republic of the Congo; Rwanda; Sao Tome and
    Principe; Senegal; Seychelles; Sierra Leone; Somalia; South Africa; South Sudan; Sudan; Tanzania; Togo; Tunisia;
    Uganda; Western Sahara; Zambia; Zimbabwe; Southern Africa; West Africa; East Africa
North America: Canada; Greenland; Mexico; United States; Central America; Caribbean
Central America: Belize; Costa Rica; El Salvador; Guatemala; Honduras; Nicaragua; Panama
Caribbean: Antigua and Barbuda; Aruba; Bahamas; Barbados; Bermuda; Cayman Islands; Cuba; Dominica; Dominican Republic;
    Grenada; Haiti; Jamaica; Puerto Rico; Saint Kitts and Nevis; Saint Lucia; Saint Vincent and the Grenadines;
    Trinidad and Tobago; Turks and Caicos Islands; U.S. Virgin Islands
South America: Argentina; Bolivia; Brazil; Chile; Colombia; Ecuador; Guyana; Paraguay; Peru; Suriname; Uruguay;
    Venezuela
Latin America: South America; Central America; Caribbean; Mexico
Oceania: American Samoa; Australia; Fiji; French Polynesia; Guam; Kiribati; Marshall Islands; Micronesia; New
    Caledonia; New Zealand; Northern Mariana Islands; Papua New Guinea; Samoa; Solomon Islands; Tonga; Vanuatu
"""


def _read() -> dict[str, tuple[str, ...]]:
    lines = _LISTED.replace("\n    ", " ").strip().splitlines()
    named = (line.partition(": ") for line in lines)
    return {area: tuple(parts.split("; ")) for area, _, parts in named}


AREAS = _read()


def within(area: str) -> frozenset[str]:
    """All that lies in an area, itself among it; of a country, only the country."""
    return frozenset({area}).union(*map(within, AREAS.get(area, ())))
