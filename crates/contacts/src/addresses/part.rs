//! What one part of an address line may be: a name, a county, a heading, or no part of an address at all.

use super::{
    lexicon::is_particle,
    place::is_town,
    words::{Word, words},
};
use crate::{phones::is_label, region::fold};

/// Words that head an address and are no part of it.
pub(super) fn is_heading(text: &str) -> bool {
    const HEADINGS: &[&str] = &[
        "address",
        "adresse",
        "anschrift",
        "adres",
        "adresa",
        "direccion",
        "indirizzo",
        "endereco",
        "location",
        "locations",
        "contact",
        "contact us",
        "kontakt",
        "visit us",
        "mailing address",
        "our address",
        "postal address",
        "head office",
        "headquarters",
        "адрес",
        "office",
        "impressum",
        "contacto",
        "contatti",
        "contato",
    ];
    HEADINGS.contains(&fold(text).as_str())
}

/// Whether a part may be the name of a house, a village or a town: few words, each with a capital letter.
pub(super) fn is_name(text: &str) -> bool {
    let words = words(text);
    let place = |folded: &str| matches!(folded, "г" | "гр" | "м" | "с");
    let named = |word: &Word| word.capital || word.has_digit() || place(&word.folded);
    !is_noise(text)
        && text.len() <= 60
        && (1..=5).contains(&words.len())
        && words.iter().all(|word| named(word) || is_particle(&word.folded))
        && words.first().is_some_and(named)
        && is_town(text)
}

/// Whether a part is the code of a state or province: `SP`, `MG`, `NSW`.
pub(super) fn is_region_code(text: &str) -> bool {
    matches!(text.len(), 2..=3) && text.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// Whether a part is a county that may stand between town and postcode.
pub(super) fn is_county(text: &str) -> bool {
    let folded = fold(text);
    let bare = folded.trim_start_matches("co. ").trim_start_matches("county ");
    bare.len() < folded.len() || COUNTIES.contains(&bare) || bare.ends_with("shire")
}

/// Counties of England, Wales, Scotland and Northern Ireland that do not end in -shire. Ordnance Survey.
pub(super) const COUNTIES: &[&str] = &[
    "kent",
    "surrey",
    "essex",
    "sussex",
    "east sussex",
    "west sussex",
    "norfolk",
    "suffolk",
    "cornwall",
    "devon",
    "dorset",
    "somerset",
    "cumbria",
    "middlesex",
    "hants",
    "herts",
    "bucks",
    "berks",
    "oxon",
    "wilts",
    "glos",
    "lancs",
    "leics",
    "lincs",
    "northants",
    "notts",
    "staffs",
    "warks",
    "worcs",
    "yorks",
    "beds",
    "cambs",
    "tyne and wear",
    "tyne & wear",
    "merseyside",
    "greater manchester",
    "greater london",
    "west midlands",
    "south yorkshire",
    "county durham",
    "co durham",
    "northumberland",
    "rutland",
    "isle of wight",
    "avon",
    "cleveland",
    "gwent",
    "dyfed",
    "powys",
    "clwyd",
    "gwynedd",
    "fife",
    "angus",
    "antrim",
    "co antrim",
    "down",
    "tyrone",
    "armagh",
    "fermanagh",
    "londonderry",
    "midlothian",
    "west lothian",
    "east lothian",
    "highland",
];

/// Whether a part is none of an address: an e-mail address, a telephone number, a sentence.
pub(super) fn is_noise(text: &str) -> bool {
    const MAX_DIGITS: usize = 12;
    let bytes = text.as_bytes();
    let mut digits = 0;
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'0'..=b'9' => digits += 1,
            b'@' => return true,
            b'w' if bytes[at..].starts_with(b"www.") => return true,
            b':' if bytes[at..].starts_with(b"://") => return true,
            0xC2 if bytes[at..].starts_with("©".as_bytes()) => return true,
            _ => {}
        }
    }
    digits > MAX_DIGITS || digits > 4 && starts_with_label(text) || starts_with_copyright(bytes)
}

/// Whether the first word of a text is a label of a number.
fn starts_with_label(text: &str) -> bool {
    let head = &text[..text.floor_char_boundary(40)];
    let word = head.split([' ', '.', ':']).next().unwrap_or_default();
    word.len() > 1 && is_label(&word.to_lowercase())
}

fn starts_with_copyright(text: &[u8]) -> bool {
    const WORD: &[u8] = b"copyright";
    text.get(..WORD.len()).is_some_and(|start| start.eq_ignore_ascii_case(WORD))
}

/// Whether a part reads as the name of a town.
pub(super) fn is_town_name(text: &str) -> bool {
    let first = text.chars().next().unwrap_or(' ');
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let prefixed =
        ["г", "гр", "м", "с", "'s", "’s", "d'", "l'"].iter().any(|prefix| text.starts_with(prefix));
    is_town(text) && digits <= 2 && (prefixed || !first.is_lowercase())
}
