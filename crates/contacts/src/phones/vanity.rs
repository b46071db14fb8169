//! Numbers written with letters: `1-800-FLOWERS`, `888.412.SHOP(7467)`, `1300 PLUMBER`.

use super::scan::Group;

/// Characters after the digits that are looked at.
const MAX_CHARS: usize = 16;

/// Letters that a phrase may have beyond what is dialled.
const MAX_SURPLUS: usize = 4;

/// Area codes of North America that are free of charge.
const FREE: &[&str] = &["800", "833", "844", "855", "866", "877", "888", "900"];

/// The digits to dial and the bytes of `after` that belong to the number, when a run of groups goes on in capital
/// letters.
pub(crate) fn read(run: &[Group], after: &str) -> Option<(String, usize)> {
    let wanted = dialled_length(run, after.starts_with(')'))?;
    let mut digits: String = run.iter().map(|group| group.digits.as_str()).collect();
    let (mut letters, mut taken, mut surplus) = (0, 0, 0);
    let mut previous = ' ';
    for (at, letter) in after.char_indices().take(MAX_CHARS) {
        match (keypad(letter), letter) {
            (Some(key), _) => {
                letters += usize::from(letter.is_ascii_uppercase());
                if digits.len() < wanted {
                    digits.push(key)
                } else {
                    surplus += 1
                }
                taken = at + 1;
            }
            (None, ')') if at == 0 => {}
            (None, '-' | '.' | ' ' | '\u{a0}') if !matches!(previous, '-' | '.') => {
                if letter == ' ' && digits.len() >= wanted {
                    break;
                }
            }
            (None, _) if letter.is_alphanumeric() => return None,
            _ => break,
        }
        previous = letter;
    }
    taken += spelled_out(after.get(taken..).unwrap_or_default());
    (digits.len() == wanted && letters >= 3 && surplus <= MAX_SURPLUS).then_some((digits, taken))
}

/// The bytes of the same number in digits, in brackets after the letters: ` (768-2265)`.
fn spelled_out(after: &str) -> usize {
    let inner = after.trim_start().strip_prefix('(');
    let end = inner.and_then(|inner| {
        inner.find(')').filter(|end| *end <= 20 && inner[..*end].bytes().any(|byte| byte.is_ascii_digit()))
    });
    match (inner, end) {
        (Some(inner), Some(end)) => after.len() - inner.len() + end + 1,
        _ => 0,
    }
}

/// How many digits the whole number has, when the run may be the start of such a number.
fn dialled_length(run: &[Group], bracketed: bool) -> Option<usize> {
    let digits: Vec<&str> = run.iter().map(|group| group.digits.as_str()).collect();
    let (country, rest) = match digits.as_slice() {
        ["1", rest @ ..] => (1, rest),
        rest => (0, rest),
    };
    match rest {
        [area] if FREE.contains(area) || bracketed && area.len() == 3 => Some(10 + country),
        [area, exchange]
            if area.len() == 3 && (exchange.len() == 3 || FREE.contains(area) && exchange.len() < 3) =>
        {
            Some(10 + country)
        }
        ["1300" | "1800"] => Some(10),
        ["0800" | "0508"] => Some(10),
        _ => None,
    }
}

/// The key of a capital letter or digit, by ITU-T E.161.
fn keypad(letter: char) -> Option<char> {
    Some(match letter {
        '0'..='9' => letter,
        'A'..='C' => '2',
        'D'..='F' => '3',
        'G'..='I' => '4',
        'J'..='L' => '5',
        'M'..='O' => '6',
        'P'..='S' => '7',
        'T'..='V' => '8',
        'W'..='Z' => '9',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::{super::scan::runs, read};

    #[test]
    fn capital_letters_are_dialled() {
        for (text, digits) in [
            ("1-800-FLOWERS", Some("18003569377")),
            ("888.412.SHOP(7467)", Some("8884127467")),
            ("1300 PLUMBER", Some("1300758623")),
            ("1-800-GO-FEDEX", Some("18004633339")),
            ("(212) NEW-YORK (639-9675)", Some("2126399675")),
            ("1-877-SOV-BANK (768-2265)", Some("18777682265")),
            ("800 Main", None),
            ("1800 THE", None),
            ("123 MAIN STREET", None),
        ] {
            let run = runs(text).next().expect("digits");
            let end = run.last().map_or(0, |group| group.end);
            assert_eq!(read(&run, &text[end..]).map(|found| found.0).as_deref(), digits, "{text}");
        }
    }
}
