//! Telephone numbers as the pages of many countries write them, and figures that only look like one.

use proptest::prelude::*;

use super::number::Number;
use crate::{Document, Options, Phone, addresses::Codes, region, region::Country};

/// The numbers of a page's HTML at `url`.
fn read(html: &str, url: &str) -> Vec<Phone> {
    let document = Document::parse(html);
    let options = Options { url: Some(url.to_owned()), ..Options::default() };
    let mut plans = super::Plans::default();
    let guess = region::infer(&document, &Codes::of(&document), &mut plans, &options);
    super::find(&document, &guess, &mut plans)
}

fn check(domain: &str, html: &str, expected: &[&str]) -> Option<String> {
    let found = read(html, &format!("https://www.acme.{domain}/"));
    let numbers: Vec<&str> = found.iter().map(|phone| phone.e164.as_str()).collect();
    (numbers != expected).then(|| format!("{domain}: {html:?} -> {numbers:?}, not {expected:?}"))
}

/// Domain, text, numbers.
const NUMBERS: &[(&str, &str, &[&str])] = &[
    ("com", "Call us: (408) 727-8447 or 1-408-736-2822", &["+14087278447", "+14087362822"]),
    ("com", "Phone 408.727.8447", &["+14087278447"]),
    ("com", "905 336-8600 ext. 220", &["+19053368600"]),
    ("com", "Toll free 1-800-FLOWERS", &["+18003569377"]),
    ("com", "Order now: 888.412.SHOP(7467)", &["+18884127467"]),
    ("com", "Tel: (202) 623-3900Fax: (202) 623-3901", &["+12026233900", "+12026233901"]),
    ("co.uk", "020 7183 8750", &["+442071838750"]),
    ("co.uk", "Tel: +44 (0)20 7183 8750 / 0800 328 2001", &["+442071838750", "+448003282001"]),
    ("co.uk", "01865 270000 or mobile 07911 123466", &["+441865270000", "+447911123466"]),
    ("ie", "Tel: (01) 679 7655", &["+35316797655"]),
    ("com.au", "Ph: (02) 9374 4000, 13 22 65", &["+61293744000", "+61132265"]),
    ("com.au", "1800 233 585/ 1800 200 585", &["+611800233585", "+611800200585"]),
    ("co.nz", "Phone 09 309 9000", &["+6493099000"]),
    ("co.za", "Tel 021 480 4111", &["+27214804111"]),
    ("in", "Ph: 022-2202 1234, Mob: 98200 12345", &["+912222021234", "+919820012345"]),
    ("com.sg", "Tel: 6222 1234", &["+6562221234"]),
    ("com.my", "Tel: 03-2161 2345", &["+60321612345"]),
    ("com.ph", "Tel: (02) 8888 1234", &["+63288881234"]),
    ("de", "0731 / 153 87-0, Fax 0731 / 153 87-99", &["+49731153870", "+497311538799"]),
    ("de", "Telefon: 0175/2342340", &["+491752342340"]),
    ("de", "+49 ( 0 ) 8153 / 90 88-12", &["+498153908812"]),
    ("at", "Tel.: 01/587 36 33-0", &["+43158736330"]),
    ("ch", "Telefon 044 211 22 33", &["+41442112233"]),
    ("fr", "Tél. : 01 40 20 50 50 - Fax : 01.40.20.50.51", &["+33140205050", "+33140205051"]),
    ("be", "Tel. 02/512 34 56 GSM 0475 12 34 56", &["+3225123456", "+32475123456"]),
    ("nl", "T: 020-6221234 | M 06 - 12 34 56 79", &["+31206221234", "+31612345679"]),
    ("nl", "0031 (0)111 412 345", &["+31111412345"]),
    ("lu", "Tél.: 26 84 12 34", &["+35226841234"]),
    ("it", "Tel. 02 7260 1234 - Cell. 348 6767676", &["+390272601234", "+393486767676"]),
    ("es", "Tel. 91 523 45 67 · Móvil: 612 34 56 79", &["+34915234567", "+34612345679"]),
    ("pt", "Tel.: 213 456 789 Telemóvel 912 345 679", &["+351213456789", "+351912345679"]),
    ("pl", "tel. 22 621 34 56, kom. 601 234 568", &["+48226213456", "+48601234568"]),
    ("cz", "Tel.: 224 123 456, mobil 602 123 457", &["+420224123456", "+420602123457"]),
    ("sk", "Tel: 02/5441 2345, 0905 123 457", &["+421254412345", "+421905123457"]),
    ("hu", "Telefon: (06-1) 317-1234, 06 30 123 4567", &["+3613171234", "+36301234567"]),
    ("ro", "Telefon: 021 312 34 56, 0722 123 457", &["+40213123456", "+40722123457"]),
    ("bg", "тел: 02 987 65 43, 0888 123 457", &["+35929876543", "+359888123457"]),
    ("gr", "Τηλ: 210 3612345, Fax 210 3612346", &["+302103612345", "+302103612346"]),
    ("com.tr", "Tel: 0212 252 12 34, 0 (532) 123 45 67", &["+902122521234", "+905321234567"]),
    ("ru", "Тел.: 8 (495) 123-45-68, +7 916 123 45 68", &["+74951234568", "+79161234568"]),
    ("ua", "тел. (044) 234-56-79, 067 123 45 68", &["+380442345679", "+380671234568"]),
    ("by", "тел. 8 (017) 200-12-34", &["+375172001234"]),
    ("se", "Tel: 08-611 23 45, mobil 070-123 45 68", &["+4686112345", "+46701234568"]),
    ("no", "Telefon 22 41 23 45, mob. 412 34 568", &["+4722412345", "+4741234568"]),
    ("dk", "Tlf. 33 12 34 57 / 3312 3458", &["+4533123457", "+4533123458"]),
    ("fi", "Puh. 09 612 3457, 040 123 4568", &["+35896123457", "+358401234568"]),
    ("ee", "Tel 626 1234, mob 5123 4568", &["+3726261234", "+37251234568"]),
    ("lv", "Tālr. 67 212 345", &["+37167212345"]),
    ("lt", "Tel. (8 5) 261 2345", &["+37052612345"]),
    ("hr", "Tel: 01 4812 345, mob 091 234 5679", &["+38514812345", "+385912345679"]),
    ("si", "T: 01 234 56 79", &["+38612345679"]),
    ("rs", "Tel: 011 2622 345", &["+381112622345"]),
    ("com.br", "Tel.: (11) 3251-2345 / WhatsApp (11) 98765-4322", &["+551132512345", "+5511987654322"]),
    ("com.mx", "Tel. (55) 5282 1234", &["+525552821234"]),
    ("com.ar", "Tel: (011) 4312-3456", &["+541143123456"]),
    ("com.ar", "+54 9 11 4556-9147/48", &["+5491145569147"]),
    ("cl", "Fono: 2 2345 6780", &["+56223456780"]),
    ("com.co", "PBX: (601) 345 6780", &["+576013456780"]),
    ("pe", "Telf. (01) 445-1234", &["+5114451234"]),
    ("co.il", "טל: 03-612-3456", &["+97236123456"]),
    ("ae", "Tel: 04 331 2345", &["+97143312345"]),
    ("com.hk", "Tel: 2522 1234", &["+85225221234"]),
    ("jp", "電話 ０３－３２１２－３４５６", &["+81332123456"]),
    ("co.kr", "전화: 02-732-1234", &["+8227321234"]),
    ("cn", "电话：021-6321 1234", &["+862163211234"]),
    ("com.tw", "電話：(02) 2311-1234", &["+886223111234"]),
    ("com.jm", "JM: (876)4355118 UK: 07545025137", &["+18764355118", "+447545025137"]),
    ("sk", "Po - Pia 9:00 - 17:00<b>0948 31 30 28</b>", &["+421948313028"]),
];

#[test]
fn numbers_of_many_countries_are_read() {
    let failures: Vec<String> =
        NUMBERS.iter().filter_map(|(domain, html, expected)| check(domain, html, expected)).collect();
    assert!(failures.is_empty(), "{} fail\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn links_and_markup_give_numbers() {
    let failures: Vec<String> = [
        ("com", "<a href='tel:16174956890'>call</a>", &["+16174956890"] as &[&str]),
        ("bs", "<a href='tel:+2426981300'>(242) 698-1300</a>", &["+12426981300"]),
        ("de", "<a href='tel:+49-61-51-405-0'>Anruf</a>", &["+4961514050"]),
        ("com", "<a href='https://wa.me/4915123456789'>chat</a>", &["+4915123456789"]),
        (
            "com",
            "<a href='https://api.whatsapp.com/send?phone=5511987654321&text=hi'>chat</a>",
            &["+5511987654321"],
        ),
        ("com", "<a href='whatsapp://send?text=hello%2012345678901'>share</a>", &[]),
        (
            "com",
            "<a href='sms:+16174956890'>text</a> <a href='callto:+16174956891'>Skype</a>",
            &["+16174956890", "+16174956891"],
        ),
        (
            "com",
            "<div itemscope><meta itemprop='telephone' content='(617) 495-6890'></div>",
            &["+16174956890"],
        ),
    ]
    .into_iter()
    .filter_map(|(domain, html, expected)| check(domain, html, expected))
    .collect();
    assert!(failures.is_empty(), "{} fail\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn figures_that_only_look_like_numbers_are_none() {
    let failures: Vec<String> = [
        ("de", "06.11.2023, 08.05.2021, 03.07 - 17.07.15, ab 16.45 Uhr"),
        ("nl", "Zaterdag: 09.00 - 13.30"),
        ("de", "08.30 - 12.00 und 13.00 - 17.30"),
        ("pl", "targi 9-12.06.2015"),
        ("de", "03/2015 – 03/2016"),
        ("es", "(6.27 x 3.27 x 0.40"),
        ("it", "P.IVA 03836450407, P.I. 02099550010"),
        ("fr", "SIRET 443 061 841 00047, RCS Paris B 443 061 841"),
        ("dk", "CVR 35545905"),
        ("nl", "NL57ABNA0528970992, 15.95.92.887, KvK 852220686"),
        ("com", "ISBN 978-0-306-40615-7, order 4087278447, tracking 1Z9994087278447"),
        ("no", "NOK 1.395,00, pager 12345678910, 51-100 sq m"),
        ("com", "$12677.18 -68.20, 192.168.100.200, v1.2.3.4567, 50.032892, 20.191637"),
        ("com", "60577_175694-300x159.jpg cb=0.11631881890755"),
        ("com", "000-000-0000, (555) 555-5555, 123-456-7890"),
        ("it", "(es. 0039 348 / 6767676)"),
        ("com", "4111 1111 1111 1111"),
        ("de", "IBAN DE89 3704 0044 0532 0130 00, HRB 123456, USt-IdNr. DE 123456789"),
        ("com.br", "CNPJ 12.345.678/0001-90"),
        ("cl", "RUT 76.123.456-7"),
        ("com.au", "ABN 51 824 753 556"),
        ("pl", "NIP 525-000-12-34, REGON 012345678, KRS 0000123456"),
        ("cz", "IČO: 26185610, DIČ: CZ26185610"),
        ("de", "Konto 1234567890 BLZ 60050101"),
        ("de", "Handwerkskammer Berlin, Betriebsnr. 0302312501"),
        ("de", "Betriebsnummer 0302312501"),
        ("de", "Registernummer: 0302312501, eingetragen in der Handwerksrolle 0302312502"),
        ("de", "St.-Nr. 030/231/25017, Steuernummer: 030/231/25017, USt-IdNr.: DE 302 312 517"),
        ("de", "Kundennummer 0302312501, Bestellnummer: 0302312502, Rechnungs-Nr. 0302312503"),
        ("com.br", "CNPJ 12.345.678/0001-95 · Cadastur 24.012345.10.0001-4"),
        ("com.br", "Cadastur 34.51000-014"),
        ("nl", "KvK 85220142 | BTW NL852201420B01 | IBAN NL57 ABNA 0528 9709 92 | Facebook"),
        ("nl", "Rekening op naam van De Spaak: NL57 ABNA 0528 9709 92"),
        ("de", "DE89 3704 0044 0532 0130 00, FR76 3000 6000 0112 3456 7890 189"),
        ("de", "Tel. 0302312501712345"),
        ("com", "https://acme.com/item/4087278447 and 4087278447.html"),
        ("com", "1998-2014 and 2010 - 2015, 12,345,678 visitors"),
    ]
    .into_iter()
    .filter_map(|(domain, html)| check(domain, html, &[]))
    .collect();
    assert!(failures.is_empty(), "{} fail\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn numbers_beside_bank_accounts_stay() {
    let expected = &["+31302000142", "+31612000142"];
    let html = "Tel 030 2000142, IBAN NL57 ABNA 0528 9709 92, Mobiel 06 12000142";
    assert_eq!(check("nl", html, expected), None);
}

#[test]
fn a_number_is_kept_as_it_is_written() {
    for (html, raw) in [
        ("<p>Tel: +49 30 23125017<br>E-Mail: a@b.de</p>", "+49 30 23125017"),
        ("<p>Tel.: (030) 23125017</p>", "(030) 23125017"),
        ("<p>(+49) 30 23125017</p>", "(+49) 30 23125017"),
        ("<p>Tel. + 49 30 23125017</p>", "+ 49 30 23125017"),
        ("<p>Telefon ＋49 30 23125017</p>", "＋49 30 23125017"),
        ("<p>030 23125017, (030) 23125018</p>", "030 23125017"),
        ("<p>Telefon:+49 30 23125017</p>", "+49 30 23125017"),
        ("<p>Tel. &plus;49 30 23125017 / &#43;49 30 23125018</p>", "+49 30 23125017"),
        ("<p>Tel. <span>+</span><span>49</span> 30 23125017</p>", "+49 30 23125017"),
        ("<p>Tel. &lpar;030&rpar; 23125017</p>", "(030) 23125017"),
        ("<p>Telefon +(49) 30 23125017</p>", "+(49) 30 23125017"),
        ("<a href='tel:+493023125017'>+49 30 23125017</a>", "+49 30 23125017"),
        ("<a href='tel:+493023125017'>Anruf: +49 30 23125017</a>", "+49 30 23125017"),
        ("<a href='tel:+493023125017'>Anrufen</a>", "+493023125017"),
        ("<a href='tel:+49%2030%2023125017'>Anrufen</a>", "+49 30 23125017"),
        ("<meta itemprop='telephone' content='+49 30 23125017'>", "+49 30 23125017"),
        ("<meta name='telephone' content='+49 30 23125017'>", "+49 30 23125017"),
    ] {
        let found = read(html, "https://www.acme.de/");
        assert_eq!(found.first().map(|phone| phone.raw.as_str()), Some(raw), "{html}");
    }
}

#[test]
fn long_lines_without_blanks_are_read_in_linear_time() {
    let line = "1a2b(3".repeat(100_000);
    assert_eq!(read(&line, "https://acme.de"), []);
    let line = "0731 15387-0/".repeat(50_000);
    assert!(!read(&line, "https://acme.de").is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_text_is_read_and_every_number_is_valid(text in r"(\PC|[0-9 ./()+-]|Tel|Fax: |\+49|ext\. |[0-9]{2,5}[ -]){0,60}") {
        for phone in read(&text, "https://acme.de") {
            prop_assert!(Number::parse(&phone.e164, None).is_some(), "{}", phone.e164);
        }
    }

    #[test]
    fn a_printed_number_is_read_back(digits in "[2-9][0-9]{9}", labelled in any::<bool>()) {
        if let Some(number) = Number::parse(&digits, Country::parse("US")).filter(|number| !digits.contains("5555555") && number.country() == Country::parse("US")) {
            let printed = format!("{}({}) {}-{}", if labelled { "Tel: " } else { "" }, &digits[..3], &digits[3..6], &digits[6..]);
            let found = read(&printed, "https://acme.com");
            prop_assert!(found.iter().any(|phone| phone.e164 == number.e164) || super::text::is_placeholder(&digits), "{printed}");
        }
    }
}
