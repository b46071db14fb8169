//! The table: URLs as they are found, and what they have to be taken for.

use super::check;

#[test]
fn contact_pages_are_found_in_many_languages() {
    check(
        "/contact contact_root 1
         /contact-us/ contact_root 1
         /ContactUs.aspx contact_root 1
         /contact_us.html contact_root 1
         /get-in-touch contact_root 1
         /kontakt.html contact_root 1
         /kontaktformular.php contact_root 1
         /contactez-nous contact_root 1
         /nous-contacter.html contact_root 1
         /contacto contact_root 1
         /cont%C3%A1ctanos contact_root 1
         /fale-conosco contact_root 1
         /contatti.php contact_root 1
         /dove-siamo contact_root 1
         /neem-contact-op contact_root 1
         /skontaktuj-si%C4%99 contact_root 1
         /kontakty contact_root 1
         /kapcsolat contact_root 1
         /el%C3%A9rhet%C5%91s%C3%A9geink contact_root 1
         /contacteaza-ne contact_root 1
         /iletisim contact_root 1
         /İletişim contact_root 1
         /kontakta-oss contact_root 1
         /kontakt-os contact_root 1
         /yhteystiedot contact_root 1
         /ota-yhteytt%C3%A4 contact_root 1
         /επικοινωνία contact_root 1
         /контакты contact_root 1
         /%D0%BA%D0%BE%D0%BD%D1%82%D0%B0%D0%BA%D1%82%D1%8B/ contact_root 1
         /контакти contact_root 1
         /свържете-се-с-нас contact_root 1
         /kontaktirajte-nas contact_root 1
         /お問い合わせ contact_root 1
         /otoiawase.html contact_root 1
         /联系我们 contact_root 1
         /聯絡我們 contact_root 1
         /문의하기 contact_root 1
         /오시는-길 contact_root 1
         /اتصل-بنا contact_root 1
         /צור-קשר contact_root 1
         /hubungi-kami contact_root 1
         /lien-he contact_root 1
         /liên-hệ contact_root 1
         /anfahrt contact_root 1
         /hafa-samband contact_root 1
         /ติดต่อเรา contact_root 1",
    );
}

#[test]
fn legal_pages_are_found_in_many_languages() {
    check(
        "/impressum legal_root 1
         /Impressum/ legal_root 1
         /datenschutzerkl%C3%A4rung legal_root 1
         /datenschutzerklaerung.html legal_root 1
         /agb legal_root 1
         /imprint legal_root 1
         /legal-notice legal_root 1
         /privacy-policy legal_root 1
         /terms-and-conditions legal_root 1
         /mentions-legales legal_root 1
         /mentions-l%C3%A9gales.html legal_root 1
         /aviso-legal legal_root 1
         /politica-de-privacidad legal_root 1
         /politica-de-privacidade legal_root 1
         /note-legali legal_root 1
         /colofon legal_root 1
         /algemene-voorwaarden legal_root 1
         /polityka-prywatnosci legal_root 1
         /obchodni-podminky legal_root 1
         /impresszum legal_root 1
         /termeni-si-conditii legal_root 1
         /gizlilik-politikasi legal_root 1
         /k%C3%B6pvillkor legal_root 1
         /privatlivspolitik legal_root 1
         /personvern legal_root 1
         /tietosuojaseloste legal_root 1
         /πολιτική-απορρήτου legal_root 1
         /реквизиты legal_root 1
         /特定商取引法に基づく表記 legal_root 1
         /隐私政策 legal_root 1
         /개인정보처리방침 legal_root 1
         /תקנון legal_root 1
         /kebijakan-privasi legal_root 1",
    );
}

#[test]
fn career_pages_are_found_in_many_languages() {
    check(
        "/careers career_contact 1
         /jobs.html career_contact 1
         /work-with-us career_contact 1
         /karriere career_contact 1
         /stellenangebote career_contact 1
         /recrutement career_contact 1
         /nous-rejoindre career_contact 1
         /trabaja-con-nosotros career_contact 1
         /trabalhe-conosco career_contact 1
         /lavora-con-noi career_contact 1
         /vacatures career_contact 1
         /praca career_contact 1
         /kariera career_contact 1
         /volna-mista career_contact 1
         /karrier career_contact 1
         /insan-kaynaklari career_contact 1
         /lediga-jobb career_contact 1
         /ledige-stillinger career_contact 1
         /avoimet-tyopaikat career_contact 1
         /вакансии career_contact 1
         /採用情報 career_contact 1
         /招聘 career_contact 1
         /채용 career_contact 1
         /tuyen-dung career_contact 1",
    );
}

#[test]
fn about_and_team_pages_are_found_in_many_languages() {
    check(
        "/about about_root 1
         /about-us.php about_root 1
         /our-story about_root 1
         /ueber-uns about_root 1
         /%C3%BCber-uns/ about_root 1
         /%FCber-uns/ about_root 1
         /unternehmen about_root 1
         /qui-sommes-nous about_root 1
         /a-propos about_root 1
         /quienes-somos about_root 1
         /quem-somos about_root 1
         /chi-siamo about_root 1
         /over-ons about_root 1
         /o-nas about_root 1
         /o-firmie about_root 1
         /rolunk about_root 1
         /despre-noi about_root 1
         /hakkimizda about_root 1
         /hakkımızda about_root 1
         /om-oss about_root 1
         /om-os about_root 1
         /meista about_root 1
         /ποιοι-είμαστε about_root 1
         /о-компании about_root 1
         /про-нас about_root 1
         /за-нас about_root 1
         /o-nama about_root 1
         /会社概要 about_root 1
         /关于我们 about_root 1
         /회사소개 about_root 1
         /من-نحن about_root 1
         /אודות about_root 1
         /tentang-kami about_root 1
         /gioi-thieu about_root 1
         /team team_root 1
         /our-team team_root 1
         /meet-the-team.html team_root 1
         /about/team team_root 2
         /unser-team team_root 1
         /equipe team_root 1
         /notre-%C3%A9quipe team_root 1
         /nuestro-equipo team_root 1
         /il-nostro-team team_root 1
         /medewerkers team_root 1
         /zespol team_root 1
         /zesp%C3%B3%C5%82 team_root 1
         /csapatunk team_root 1
         /echipa team_root 1
         /medarbetare team_root 1
         /henkilokunta team_root 1
         /команда team_root 1
         /スタッフ紹介 team_root 1
         /attorneys team_root 1",
    );
}

#[test]
fn other_pages_are_found() {
    check(
        "/services services_root 1
         /leistungen services_root 1
         /nos-prestations services_root 1
         /servicios services_root 1
         /diensten services_root 1
         /uslugi services_root 1
         /palvelut services_root 1
         /услуги services_root 1
         /services/roof-repair services_root 2
         /pricing pricing_root 1
         /preise pricing_root 1
         /tarifs.html pricing_root 1
         /cennik pricing_root 1
         /prisliste pricing_root 1
         /цены pricing_root 1
         /menu menu_root 1
         /speisekarte menu_root 1
         /la-carte menu_root 1
         /cardapio menu_root 1
         /ruokalista menu_root 1
         /メニュー menu_root 1
         /locations locations_root 1
         /standorte locations_root 1
         /filialen/berlin locations_root 2
         /store-locator locations_root 1
         /sucursales locations_root 1
         /offnungszeiten locations_root 1
         /press press_root 1
         /presse press_root 1
         /sala-stampa press_root 1
         /newsroom press_root 1
         /blog blog 1
         /news/ blog 1
         /aktuelles blog 1
         /blog/2024/05/a-title blog 4
         /news/we-moved blog 2
         /2024/05/12/a-title blog 4
         /2019/11/contact-us-now blog 3
         /products product 1
         /shop/blue-chair product 2
         /produkte/stuehle/stuhl-7.html product 3",
    );
}

#[test]
fn what_only_looks_like_a_contact_page_is_none() {
    check(
        "/contact-lenses/ product 1
         /contact-lenses/daily product 2
         /kontaktlinsen product 1
         /blog/how-to-contact-us blog 2
         /blog/category/contact-tips blog 3
         /news/our-team-grows blog 2
         /products/contact-grill-2000 product 2
         /contact.jpg unknown 1
         /files/contact.pdf unknown 2
         /contactsheetmaker unknown 1
         /how-we-built-a-new-way-to-contact-people-in-berlin unknown 1
         /teamviewer unknown 1
         /aboutness unknown 1
         /pressure-washers unknown 1
         /legalize unknown 1
         /jobst-compression unknown 1",
    );
}

#[test]
fn a_page_keeps_its_name_inside_a_section() {
    check(
        "/shop/contact contact_root 2
         /shop/impressum legal_root 2
         /store/en/contact-us contact_root 3
         /blog/contact contact_root 2
         /blog/menu blog 2
         /products/services product 2",
    );
}

#[test]
fn languages_wrappers_and_endings_do_not_count() {
    check(
        "/en/contact contact_root 1
         /de-de/kontakt contact_root 1
         /de_AT/impressum legal_root 1
         /ch/de/kontakt contact_root 1
         /zh-hans/联系我们 contact_root 1
         /index.php/contact contact_root 1
         /index.php/en/contact.html contact_root 1
         /pages/contact contact_root 1
         /kontakt/index.html contact_root 1
         /kontakt/index.php contact_root 1
         /Contact/Default.aspx contact_root 1
         /de/ unknown 0
         /index.html unknown 0
         /home unknown 0
         /kontakt-de.html contact_root 1
         /contact;jsessionid=AB12 contact_root 1
         /de//contact// contact_root 1
         /contact-2/ contact_root 1
         /en/about-us/contact-us contact_root 2",
    );
}

#[test]
fn a_query_can_name_the_page() {
    check(
        "/?page=kontakt contact_root 1
         /index.php?page=impressum legal_root 1
         /index.php?route=information/contact contact_root 2
         /index.php?route=information%2Fcontact contact_root 2
         /index.php?option=com_contact&view=contact&id=1 contact_root 1
         /index.php?id=12 unknown 0
         /?page_id=12 wp_prospect 1
         /?p=345 wp_prospect 1
         /?p=contact contact_root 1
         /?lang=de unknown 0
         /contact?lang=de contact_root 1
         /blog?page=2 blog 1
         /?page=2 unknown 0
         /contact#form contact_root 1
         /?seite=%C3%BCber-uns about_root 1
         /page?q=a?b&&=&=x& unknown 0",
    );
}

#[test]
fn whole_urls_and_bare_hosts_are_understood() {
    check(
        "https://example.org/contact contact_root 1
         HTTPS://EXAMPLE.ORG/CONTACT contact_root 1
         http://example.org:8080/kontakt.html?x=1#y contact_root 1
         https://example.org unknown 0
         https://example.org?page=kontakt contact_root 1
         //example.org/contact contact_root 1
         example.org/contact contact_root 1
         contact.html contact_root 1
         contact contact_root 1
         https://contact.example.org/ unknown 0
         https://example.org// unknown 0
         https://user:pw@example.org/team team_root 1",
    );
}
