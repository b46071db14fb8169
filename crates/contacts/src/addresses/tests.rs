//! Addresses as the pages of many countries write them, and text that only looks like one.

use proptest::prelude::*;

use crate::{Address, Document, Options, phones::Plans, region};

/// The addresses of lines of text on a page at `url`.
fn read(text: &str, url: &str) -> Vec<Address> {
    let html = format!("<p>{}</p>", text.replace('\n', "<br>"));
    let document = Document::parse(&html);
    let options = Options { url: Some(url.to_owned()), ..Options::default() };
    let codes = super::Codes::of(&document);
    super::find(&document, &codes, &region::infer(&document, &codes, &mut Plans::default(), &options))
}

/// What a case expects: street, town, postcode, country.
type Expected = [&'static str; 4];

/// Every case is read on a page of its country and on one of no country.
#[rustfmt::skip]
const CASES: &[(&str, &str, Expected)] = &[
    ("ie", "Unit 12, Burton Hall Road, Sandyford, Dublin 18", ["Unit 12, Burton Hall Road, Sandyford", "Dublin 18", "", "IE"]),
    ("ie", "Clonminch House,\nPortlaoise Road,\nTullamore,\nCo. Offaly", ["Clonminch House, Portlaoise Road", "Tullamore", "", "IE"]),
    ("bg", "гр. Пловдив 4000\nул. Иван Вазов №23, ет. 2", ["ул. Иван Вазов №23", "Пловдив", "4000", "BG"]),
    ("com.mx", "Paseo de la Reforma #296 Piso 38, Col. Juárez, México D.F. C.P. 06600", ["Paseo de la Reforma #296 Piso 38", "México D.F", "06600", "MX"]),
    (
        "us",
        "Acme Inc.\n2770 De La Cruz Boulevard\nSanta Clara, CA 95050-2624\nPhone: (408) 727-8447",
        ["2770 De La Cruz Boulevard", "Santa Clara", "95050-2624", "US"],
    ),
    (
        "us",
        "Visit us: 123 N Main St, Suite 200, Springfield, Illinois 62701 for more",
        ["123 N Main St, Suite 200", "Springfield", "62701", "US"],
    ),
    ("us", "P.O. Box 12646\nReading PA 19612", ["P.O. Box 12646", "Reading", "19612", "US"]),
    (
        "ca",
        "439 King Street West, Fifth Floor\nToronto, Ontario M5V 1K4",
        ["439 King Street West, Fifth Floor", "Toronto", "M5V 1K4", "CA"],
    ),
    (
        "ca",
        "1255, rue Peel, bureau 400, Montréal (Québec) H3B 2T9",
        ["1255, rue Peel, bureau 400", "Montréal", "H3B 2T9", "CA"],
    ),
    (
        "co.uk",
        "Colegrave House\n70 Berners Street\nLondon\nW1T 3NL",
        ["Colegrave House, 70 Berners Street", "London", "W1T 3NL", "GB"],
    ),
    (
        "co.uk",
        "The Old Mill, Church Lane, Bakewell, Derbyshire, DE45 1DS",
        ["The Old Mill, Church Lane", "Bakewell", "DE45 1DS", "GB"],
    ),
    (
        "ie",
        "12 Grafton Street, Dublin 2, D02 X285, Ireland",
        ["12 Grafton Street", "Dublin 2", "D02 X285", "IE"],
    ),
    (
        "com.au",
        "Level 5, 100 Collins Street\nMelbourne VIC 3000",
        ["Level 5, 100 Collins Street", "Melbourne", "3000", "AU"],
    ),
    ("co.nz", "45 Queen Street\nAuckland 1010\nNew Zealand", ["45 Queen Street", "Auckland", "1010", "NZ"]),
    ("co.za", "12 Long Street\nCape Town\n8001", ["12 Long Street", "Cape Town", "8001", "ZA"]),
    (
        "in",
        "4th Floor, Nariman Tower, 25 Mahatma Gandhi Road, Mumbai - 400001",
        ["4th Floor, Nariman Tower, 25 Mahatma Gandhi Road", "Mumbai", "400001", "IN"],
    ),
    (
        "com.sg",
        "10 Anson Road, #12-05, International Plaza, Singapore 079903",
        ["10 Anson Road, #12-05, International Plaza", "Singapore", "079903", "SG"],
    ),
    (
        "com.my",
        "No. 12, Jalan Bukit Bintang\n55100 Kuala Lumpur",
        ["No. 12, Jalan Bukit Bintang", "Kuala Lumpur", "55100", "MY"],
    ),
    ("com.ph", "123 Ayala Avenue, Makati City 1226", ["123 Ayala Avenue", "Makati City", "1226", "PH"]),
    (
        "de",
        "Muster GmbH\nHauptstraße 5\n80335 München\nTel. 089 1234567",
        ["Hauptstraße 5", "München", "80335", "DE"],
    ),
    ("de", "Muster GmbH · Am Markt 3 · D-21335 Lüneburg", ["Am Markt 3", "Lüneburg", "21335", "DE"]),
    ("at", "Mariahilfer Straße 88a/2\n1070 Wien", ["Mariahilfer Straße 88a/2", "Wien", "1070", "AT"]),
    ("ch", "Bahnhofstrasse 12, CH-8001 Zürich", ["Bahnhofstrasse 12", "Zürich", "8001", "CH"]),
    ("ch", "Rue du Rhône 14\n1204 Genève", ["Rue du Rhône 14", "Genève", "1204", "CH"]),
    (
        "fr",
        "10 bis, rue de la République\n69002 Lyon",
        ["10 bis, rue de la République", "Lyon", "69002", "FR"],
    ),
    (
        "fr",
        "ZA des Châtaigniers - BP 15\n41020 Blois Cedex",
        ["ZA des Châtaigniers - BP 15", "Blois Cedex", "41020", "FR"],
    ),
    ("be", "Rue de la Loi 16, 1000 Bruxelles", ["Rue de la Loi 16", "Bruxelles", "1000", "BE"]),
    ("be", "Kerkstraat 12 bus 3\nB-2000 Antwerpen", ["Kerkstraat 12 bus 3", "Antwerpen", "2000", "BE"]),
    ("nl", "Keizersgracht 123\n1015 CJ Amsterdam", ["Keizersgracht 123", "Amsterdam", "1015 CJ", "NL"]),
    ("nl", "Ekkersrijt 4001\n5692DA SON", ["Ekkersrijt 4001", "SON", "5692 DA", "NL"]),
    (
        "lu",
        "32-36, boulevard d'Avranches\nL-1160 Luxembourg",
        ["32-36, boulevard d'Avranches", "Luxembourg", "1160", "LU"],
    ),
    ("it", "Via Roma, 12 - 20121 Milano (MI)", ["Via Roma, 12", "Milano", "20121", "IT"]),
    (
        "it",
        "Sede legale: Corso Vittorio Emanuele II 45, 10125 Torino",
        ["Corso Vittorio Emanuele II 45", "Torino", "10125", "IT"],
    ),
    ("es", "C/ Mayor, 5, 2º A\n28013 Madrid", ["C/ Mayor, 5, 2º A", "Madrid", "28013", "ES"]),
    (
        "es",
        "Polígono Industrial El Pino, Calle Pino Central, 35, 41016 Sevilla",
        ["Calle Pino Central, 35", "Sevilla", "41016", "ES"],
    ),
    (
        "pt",
        "Avenida da Liberdade, 110, 3.º\n1250-146 Lisboa",
        ["Avenida da Liberdade, 110", "Lisboa", "1250-146", "PT"],
    ),
    (
        "pl",
        "ul. Marszałkowska 84/92 lok. 115\n00-514 Warszawa",
        ["ul. Marszałkowska 84/92 lok. 115", "Warszawa", "00-514", "PL"],
    ),
    ("cz", "Vodičkova 30\n110 00 Praha 1", ["Vodičkova 30", "Praha 1", "110 00", "CZ"]),
    ("sk", "Obchodná 39, 811 06 Bratislava", ["Obchodná 39", "Bratislava", "811 06", "SK"]),
    ("hu", "1051 Budapest, Nádor utca 5. II. em.", ["Nádor utca 5", "Budapest", "1051", "HU"]),
    ("hu", "Cím: 6720 Szeged, Kárász u. 12.", ["Kárász u. 12", "Szeged", "6720", "HU"]),
    (
        "ro",
        "Str. Lipscani nr. 25, sector 3, București, 030031",
        ["Str. Lipscani nr. 25", "București", "030031", "RO"],
    ),
    ("bg", "1000 София, ул. Граф Игнатиев 12", ["ул. Граф Игнатиев 12", "София", "1000", "BG"]),
    ("bg", "бул. Витоша 89Б, 1463 София", ["бул. Витоша 89Б", "София", "1463", "BG"]),
    ("gr", "Λεωφόρος Κηφισίας 44\n151 25 Μαρούσι", ["Λεωφόρος Κηφισίας 44", "Μαρούσι", "151 25", "GR"]),
    ("gr", "Ερμού 15, Αθήνα 105 63", ["Ερμού 15", "Αθήνα", "105 63", "GR"]),
    (
        "com.tr",
        "Atatürk Cad. No:5 Kat:3\n34710 Kadıköy / İstanbul",
        ["Atatürk Cad. No:5 Kat:3", "Kadıköy", "34710", "TR"],
    ),
    (
        "com.tr",
        "Barbaros Mah. Ihlamur Sok. No: 3/A, 34746 Ataşehir/İstanbul",
        ["Barbaros Mah. Ihlamur Sok. No: 3/A", "Ataşehir", "34746", "TR"],
    ),
    (
        "ru",
        "101000, г. Москва, ул. Мясницкая, д. 13, стр. 2",
        ["ул. Мясницкая, д. 13, стр. 2", "Москва", "101000", "RU"],
    ),
    ("ua", "01001, м. Київ, вул. Хрещатик, 22", ["вул. Хрещатик, 22", "Київ", "01001", "UA"]),
    ("by", "220030, г. Минск, пр-т Независимости, 11", ["пр-т Независимости, 11", "Минск", "220030", "BY"]),
    ("se", "Storgatan 12\n111 22 Stockholm", ["Storgatan 12", "Stockholm", "111 22", "SE"]),
    ("se", "Box 1234\nSE-164 29 Kista", ["Box 1234", "Kista", "164 29", "SE"]),
    ("no", "Karl Johans gate 5\n0154 Oslo", ["Karl Johans gate 5", "Oslo", "0154", "NO"]),
    ("no", "Postboks 123 Sentrum, 0101 Oslo", ["Postboks 123", "Oslo", "0101", "NO"]),
    (
        "dk",
        "Vesterbrogade 6D, 2. sal\n1620 København V",
        ["Vesterbrogade 6D, 2. sal", "København V", "1620", "DK"],
    ),
    ("fi", "Mannerheimintie 20 B\n00100 Helsinki", ["Mannerheimintie 20 B", "Helsinki", "00100", "FI"]),
    ("ee", "Narva mnt 7, 10117 Tallinn", ["Narva mnt 7", "Tallinn", "10117", "EE"]),
    ("lv", "Brīvības iela 55, Rīga, LV-1010", ["Brīvības iela 55", "Rīga", "1010", "LV"]),
    ("lt", "Gedimino pr. 9, LT-01103 Vilnius", ["Gedimino pr. 9", "Vilnius", "01103", "LT"]),
    ("hr", "Ilica 25, 10000 Zagreb", ["Ilica 25", "Zagreb", "10000", "HR"]),
    ("si", "Slovenska cesta 54, 1000 Ljubljana", ["Slovenska cesta 54", "Ljubljana", "1000", "SI"]),
    ("rs", "Knez Mihailova 10\n11000 Beograd", ["Knez Mihailova 10", "Beograd", "11000", "RS"]),
    ("ba", "Maršala Tita 25, 71000 Sarajevo", ["Maršala Tita 25", "Sarajevo", "71000", "BA"]),
    (
        "com.br",
        "Av. Paulista, 1000 - Bela Vista, São Paulo - SP, 01310-100",
        ["Av. Paulista, 1000", "São Paulo", "01310-100", "BR"],
    ),
    (
        "com.br",
        "Rua Rio Grande do Norte, 1435\nSavassi - Belo Horizonte/MG\nCEP: 30.130-131",
        ["Rua Rio Grande do Norte, 1435", "Belo Horizonte", "30.130-131", "BR"],
    ),
    (
        "com.mx",
        "Av. Insurgentes Sur 1602, Col. Crédito Constructor, C.P. 03940 Ciudad de México",
        ["Av. Insurgentes Sur 1602", "Ciudad de México", "03940", "MX"],
    ),
    (
        "com.ar",
        "Av. Corrientes 1234, C1043AAZ Buenos Aires",
        ["Av. Corrientes 1234", "Buenos Aires", "C1043AAZ", "AR"],
    ),
    (
        "cl",
        "Av. Providencia 1208, oficina 305, Providencia, Santiago",
        ["Av. Providencia 1208, oficina 305", "Santiago", "", "CL"],
    ),
    ("com.co", "Calle 93 # 11-27, Bogotá, Colombia", ["Calle 93 # 11-27", "Bogotá", "", "CO"]),
    ("pe", "Av. Larco 743, Miraflores, Lima 15074", ["Av. Larco 743", "Lima", "15074", "PE"]),
    (
        "co.il",
        "12 Rothschild Blvd, Tel Aviv 6688112, Israel",
        ["12 Rothschild Blvd", "Tel Aviv", "6688112", "IL"],
    ),
    ("ae", "P.O. Box 1234, Dubai, UAE", ["P.O. Box 1234", "Dubai", "", "AE"]),
    (
        "com.hk",
        "12/F, 88 Queen's Road Central, Hong Kong",
        ["12/F, 88 Queen's Road Central", "Hong Kong", "", "HK"],
    ),
    ("jp", "〒100-0005 東京都千代田区丸の内1-1-1", ["丸の内1-1-1", "千代田区", "100-0005", "JP"]),
    ("co.kr", "서울특별시 강남구 테헤란로 123, 06234", ["테헤란로 123", "강남구", "06234", "KR"]),
    ("cn", "上海市浦东新区世纪大道100号 邮编：200120", ["世纪大道100号", "上海市", "200120", "CN"]),
    ("is", "Laugavegur 10, 101 Reykjavík", ["Laugavegur 10", "Reykjavík", "101", "IS"]),
    ("com.mt", "25 Republic Street, Valletta VLT 1110", ["25 Republic Street", "Valletta", "VLT 1110", "MT"]),
    ("com.cy", "12 Makariou Avenue, 1065 Nicosia, Cyprus", ["12 Makariou Avenue", "Nicosia", "1065", "CY"]),
    ("kz", "050000, г. Алматы, ул. Абая, 10", ["ул. Абая, 10", "Алматы", "050000", "KZ"]),
    (
        "co.id",
        "Jl. Jend. Sudirman No. 52, Jakarta 12190",
        ["Jl. Jend. Sudirman No. 52", "Jakarta", "12190", "ID"],
    ),
    ("co.th", "99 Sukhumvit Road, Bangkok 10110", ["99 Sukhumvit Road", "Bangkok", "10110", "TH"]),
];

#[test]
fn japanese_addresses_name_the_town_without_its_county() {
    for (text, [code, region, city, street]) in [
        (
            "〒401-0301 山梨県南都留郡富士河口湖町船津月見1420",
            ["401-0301", "山梨県", "富士河口湖町", "船津月見1420"],
        ),
        (
            "〒401-0301\n山梨県南都留郡富士河口湖町船津月見1420",
            ["401-0301", "山梨県", "富士河口湖町", "船津月見1420"],
        ),
        (
            "山梨県南都留郡富士河口湖町船津月見1420\n〒401-0301",
            ["401-0301", "山梨県", "富士河口湖町", "船津月見1420"],
        ),
        (
            "住所：〒４０１－０３０１　山梨県南都留郡富士河口湖町船津１４２０",
            ["401-0301", "山梨県", "富士河口湖町", "船津１４２０"],
        ),
        ("〒272-0021 千葉県市川市八幡1-1-1", ["272-0021", "千葉県", "市川市", "八幡1-1-1"]),
        ("〒510-0075 三重県四日市市安島1-2-3", ["510-0075", "三重県", "四日市市", "安島1-2-3"]),
        ("〒639-1132 奈良県大和郡山市高田町4-5", ["639-1132", "奈良県", "大和郡山市", "高田町4-5"]),
        (
            "〒409-3601 山梨県西八代郡市川三郷町市川大門1790",
            ["409-3601", "山梨県", "市川三郷町", "市川大門1790"],
        ),
        (
            "〒220-0012 神奈川県横浜市西区みなとみらい2-3",
            ["220-0012", "神奈川県", "横浜市西区", "みなとみらい2-3"],
        ),
    ] {
        let found = read(text, "https://www.acme.jp/contact");
        let [address] = found.as_slice() else { panic!("{text} -> {found:#?}") };
        let parts = [&address.postal_code, &address.region, &address.city, &address.street];
        assert_eq!(
            parts.map(|part| part.as_deref().unwrap_or_default()),
            [code, region, city, street],
            "{text}"
        );
        let written = text.replace('\n', ", ").replace('\u{3000}', " ");
        assert_eq!(address.text, written.strip_prefix("住所：").unwrap_or(&written));
    }
}

#[test]
fn addresses_of_many_countries_are_read() {
    let mut failures = Vec::new();
    for (domain, text, [street, city, code, country]) in CASES {
        let found = read(text, &format!("https://www.acme.{domain}/contact"));
        let fits = |address: &Address| {
            address.street.as_deref().unwrap_or_default().contains(street)
                && address.city.as_deref().unwrap_or_default().contains(city)
                && address.postal_code.as_deref().unwrap_or_default().ends_with(code)
                && address.country.as_deref() == Some(*country)
        };
        if found.len() != 1 || !found.iter().all(fits) {
            failures.push(format!("{text:?} -> {found:#?}"));
        }
    }
    assert!(failures.is_empty(), "{} of {} fail:\n{}", failures.len(), CASES.len(), failures.join("\n"));
}

#[test]
fn most_addresses_are_read_on_pages_that_say_no_country() {
    let is_read = |(_, text, [street, _, code, _]): &&(&str, &str, Expected)| {
        read(text, "https://acme.com").iter().any(|address| {
            address.street.as_deref().unwrap_or_default().contains(street)
                && address.postal_code.as_deref().unwrap_or_default().ends_with(code)
        })
    };
    let read = CASES.iter().filter(is_read).count();
    assert!(read * 10 >= CASES.len() * 9, "{read} of {}", CASES.len());
}

#[test]
fn markup_gives_addresses_and_text_does_not_double_them() {
    let html = r#"<div itemscope itemtype="https://schema.org/LocalBusiness">
        <div itemprop="address" itemscope itemtype="https://schema.org/PostalAddress">
        <span itemprop="streetAddress">Hauptstr. 5</span>, <span itemprop="addressLocality">80335 München</span>
        </div></div><p>Hauptstr. 5<br>80335 München</p>
        <script type="application/ld+json">{"@type": "Organization", "address": "12 Rue Cler, 75007 Paris, France"}</script>"#;
    let document = Document::parse(html);
    let codes = super::Codes::of(&document);
    let found = super::find(
        &document,
        &codes,
        &region::infer(&document, &codes, &mut Plans::default(), &Options::default()),
    );
    let codes: Vec<&str> = found.iter().filter_map(|address| address.postal_code.as_deref()).collect();
    assert_eq!(codes, ["80335", "75007"]);
    assert_eq!(found[0].city.as_deref(), Some("München"));
}

#[test]
fn text_that_only_looks_like_an_address_is_none() {
    for text in [
        "9 to 5 drive in",
        "Route 41",
        "© 2014 Acme Inc. All rights reserved",
        "Copyright 2008-2015 Acme Street Wear",
        "Open Monday 9.00 - 17.00, Saturday 10.00 - 13.00",
        "1500 Visitors in Street Art Week 2015 Berlin",
        "The 3 best drives of 2016, from 2500 HD trucks to 150 cc bikes",
        "Tel. 089 1234567, Fax 089 1234568",
        "ISO 9001, VAT 12345, call 1800 THE BANK",
        "Chapter 12 Main Results 10001",
        "We sold 12345 units in May 2015",
        "iPhone 6 Plus 128 GB, Model A1524",
    ] {
        for url in ["https://acme.com", "https://acme.de", "https://acme.co.uk"] {
            assert_eq!(read(text, url), [], "{text} at {url}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_text_is_read_without_a_panic(text in r"(\PC|[0-9,\n]|St|Str\.|ул\.|P\.O\. Box|[A-Z]{2} ?[0-9]{5}|[0-9]{4,6} [A-Z][a-z]+){0,60}") {
        for address in read(&text, "https://acme.de") {
            prop_assert!(!address.text.is_empty());
            prop_assert!((0.0..=1.0).contains(&address.confidence));
        }
    }
}
