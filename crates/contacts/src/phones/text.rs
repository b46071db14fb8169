//! Telephone numbers in a line of text: every run of digits is weighed by its shape, the words around it and the
//! countries it may belong to; only what a numbering plan has is believed at all.

use std::ops::Range;

use rlibphonenumber::PhoneNumberType;

use super::{
    around::Around,
    extension, iban,
    labels::{self, Label},
    number::{MAX_DIGITS, MIN_DIGITS, Number},
    plans::Plans,
    scan::{Group, runs},
    shape, vanity,
};
use crate::region::Country;

/// Weight a candidate needs to be taken for a telephone number.
const ENOUGH: f32 = 2.0;

/// Weight of groups that are parted as the country prints its numbers.
const USUAL_GROUPING: f32 = 2.0;

/// Groups of digits of one number.
const MAX_NUMBER_GROUPS: usize = 9;

/// Numbering plans tried for one candidate.
const MAX_COUNTRIES: usize = 5;

/// A line to look at, with what is known around it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Scene<'t> {
    /// The line.
    pub(crate) line: &'t str,
    /// The line before it.
    pub(crate) above: &'t str,
    /// Countries whose national numbers may stand here, likeliest first.
    pub(crate) countries: &'t [Country],
    /// Whether the first of them is more than a guess.
    pub(crate) certain: bool,
    /// What markup says the line holds.
    pub(crate) label: Option<Label>,
    /// Whether an e-mail address or a postal address stands near.
    pub(crate) company: bool,
}

/// A number in a line.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Found {
    /// The number.
    pub(crate) number: Number,
    /// Its extension.
    pub(crate) extension: Option<String>,
    /// The word that says what it is.
    pub(crate) label: Option<Label>,
    /// Where it starts in the line.
    pub(crate) start: usize,
    /// Where it ends, the extension not included.
    pub(crate) end: usize,
}

/// Every telephone number of a line.
pub(crate) fn find(scene: &Scene<'_>, plans: &mut Plans) -> Vec<Found> {
    let mut finder = Finder { scene, plans, found: Vec::new(), read_until: 0, inherited: None };
    let accounts = iban::find(scene.line);
    for mut run in runs(scene.line) {
        part_from_hour(scene.line, &mut run);
        finder.read_until = finder.read_until.max(part_from_accounts(&accounts, &mut run));
        // What was an extension of the number before is none of this one's.
        run.retain(|group| group.start >= finder.read_until);
        finder.run(&run);
    }
    finder.found
}

/// Takes the groups out of a run that belong to a bank account; where the last such account ends, or zero.
fn part_from_accounts(accounts: &[Range<usize>], run: &mut Vec<Group>) -> usize {
    let Some(start) = run.first().map(|first| first.start) else { return 0 };
    let next = accounts.partition_point(|account| account.end <= start);
    let mut end = 0;
    for account in &accounts[next..] {
        let before = run.len();
        run.retain(|group| !account.contains(&group.start));
        if run.len() == before {
            break;
        }
        end = account.end;
    }
    end
}

/// Takes the minutes off a number that is glued to an hour: `17:000948 31 30 28`.
fn part_from_hour(line: &str, run: &mut [Group]) {
    let Some(first) = run.first_mut().filter(|first| first.len() > 4) else { return };
    let mut before = line.get(..first.start).unwrap_or_default().chars().rev();
    let hour = before.next() == Some(':') && before.next().is_some_and(|letter| letter.is_ascii_digit());
    let minutes = matches!(first.digits.get(..2), Some("00" | "15" | "30" | "45"));
    if hour && minutes && first.end - first.start == first.len() {
        first.digits.drain(..2);
        first.start += 2;
    }
}

/// The state of a walk along one line.
struct Finder<'a, 't> {
    scene: &'a Scene<'t>,
    plans: &'a mut Plans,
    found: Vec<Found>,
    /// End of the last number or extension.
    read_until: usize,
    /// The label of the last number, which holds for the ones listed after it.
    inherited: Option<Label>,
}

/// What is known of a run, the same for all its numbers.
struct Setting {
    label: Option<Label>,
    /// A country named right before the number.
    named: Option<Country>,
    weight: f32,
}

impl Finder<'_, '_> {
    /// Takes the numbers out of one run of digits.
    fn run(&mut self, run: &[Group]) {
        let (Some(first), Some(last)) = (run.first(), run.last()) else { return };
        if run.len() == 1 && first.len() < 3 {
            return;
        }
        let around = Around::new(self.scene.line, self.read_until, first.start, last.end);
        if let Some((digits, taken)) = vanity::read(run, around.after) {
            return self.vanity(&digits, first.start, last.end + taken, &around);
        }
        if run.iter().map(Group::len).sum::<usize>() < MIN_DIGITS {
            return;
        }
        let setting = self.setting(&around, first);
        let labelled = setting.label.is_some_and(Label::is_phone);
        if around.is_foreign(labelled, run.len()) {
            return;
        }
        let mut mask = shape::foreign(run, labelled);
        around.mask_hours(run, &mut mask);
        for section in sections(run, &mask) {
            self.section(section, &setting, &around);
        }
    }

    /// Weighs the words around a run.
    fn setting(&self, around: &Around<'_>, first: &Group) -> Setting {
        let mut label = around.label(first.gap.open).or(self.scene.label);
        let mut weight = 0.0;
        if label.is_none() && !around.has_words_before() {
            label = labels::before(self.scene.above).filter(|label| label.is_phone());
            weight -= 0.5 * f32::from(u8::from(label.is_some()));
        }
        if label.is_none() && self.read_until > 0 && around.continues_list() {
            label = self.inherited;
        }
        weight += match label.or_else(|| labels::after(around.after)) {
            Some(Label::Register | Label::Example) => -10.0,
            Some(Label::Other) => -1.5,
            Some(_) => 3.0,
            None if labels::anywhere(around.before) => 1.5,
            None => 0.0,
        };
        weight += if around.is_alone() { 1.0 } else { 0.0 };
        weight += if self.scene.company { 0.5 } else { 0.0 };
        Setting { label: label.or_else(|| labels::after(around.after)), named: around.country(), weight }
    }

    /// Takes numbers out of a stretch of groups, longest first from the left.
    fn section(&mut self, section: &[Group], setting: &Setting, around: &Around<'_>) {
        let mut start = 0;
        let mut dropped = 0.0;
        while start < section.len() {
            let most = (start + MAX_NUMBER_GROUPS).min(section.len());
            let taken = (start + 1..=most).rev().find_map(|end| {
                let cut = section.get(end).is_some_and(|next| !next.gap.parts() && !next.gap.open);
                let penalty = dropped + if cut { 1.0 } else { 0.0 };
                self.weigh(&section[start..end], setting, penalty).map(|found| (end, found))
            });
            if let Some((end, found)) = taken {
                self.accept(found, around, end == section.len());
                (start, dropped) = (end, 0.0);
            } else {
                start += 1;
                let parted =
                    section.get(start).is_some_and(|next| next.gap.parts() || next.gap.open || next.gap.plus);
                dropped = if parted { 0.0 } else { 1.0 };
            }
        }
    }

    /// A candidate as a number, when it weighs enough.
    fn weigh(&mut self, groups: &[Group], setting: &Setting, penalty: f32) -> Option<Found> {
        let digits: String = groups.iter().map(|group| group.digits.as_str()).collect();
        if !(MIN_DIGITS..=MAX_DIGITS).contains(&digits.len()) || is_placeholder(&digits) || is_table(groups) {
            return None;
        }
        let international = groups[0].gap.plus;
        let base = setting.weight - penalty + shape_weight(groups, &digits);
        // Nothing that can still be added would lift it: spares the numbering plan.
        if base + if international { 5.0 } else { 3.0 } < ENOUGH {
            return None;
        }
        let (number, weight) = self.number(&digits, international, setting)?;
        let weight = base + weight;
        let usual =
            || number.has_grouping(&groups.iter().map(|group| group.digits.as_str()).collect::<Vec<_>>());
        if weight < ENOUGH && !(weight + USUAL_GROUPING >= ENOUGH && usual()) {
            return None;
        }
        let (start, end) = (self.opening(groups.first()?), groups.last()?.end);
        Some(Found { number, extension: None, label: setting.label, start, end })
    }

    /// Where a number starts, with the plus and the bracket before it.
    fn opening(&self, first: &Group) -> usize {
        let before = self.scene.line.get(self.read_until..first.start).unwrap_or_default();
        let signs: &[char] = &['(', '[', '+', '＋', '（', ' ', '\u{a0}'];
        let signs = if first.gap.plus { signs } else { &signs[..5] };
        let lead = &before[before.trim_end_matches(signs).len()..];
        first.start - lead.trim_start().len()
    }

    /// Reads digits in the countries they may belong to; how much that country is to be believed.
    fn number(&mut self, digits: &str, international: bool, setting: &Setting) -> Option<(Number, f32)> {
        if international {
            let found = self.plans.read(&format!("+{digits}"), None);
            if let Some(number) = found {
                return Some((number, 3.0));
            }
        }
        if let Some(rest) = digits.strip_prefix("00").filter(|rest| rest.len() >= 9 && !rest.starts_with('0'))
            && let Some(number) = self.plans.read(&format!("+{rest}"), None)
        {
            return Some((number, 2.5));
        }
        let scene = self.scene;
        let named = setting.named.map(|country| (country, 1.5));
        let top = if scene.certain { 1.0 } else { 0.5 };
        let ranked = scene.countries.iter().enumerate().map(|(rank, country)| {
            let bare = if needs_trunk(*country) && !digits.starts_with('0') && setting.label.is_none() {
                1.5
            } else {
                0.0
            };
            let rank_weight = match rank {
                0 => top,
                1 => -0.5,
                _ => -1.5,
            };
            (*country, rank_weight - bare)
        });
        let penalty = if international { 1.0 } else { 0.0 };
        for (country, weight) in named.into_iter().chain(ranked).take(MAX_COUNTRIES) {
            if let Some(number) = self.plans.read(digits, Some(country)) {
                return Some((number, weight - penalty));
            }
        }
        // A country code without its plus, where the words leave no doubt that this is a telephone.
        let labelled = setting.label.is_some_and(Label::is_phone);
        if labelled && !international && digits.len() >= 11 && !digits.starts_with('0') {
            return self.plans.read(&format!("+{digits}"), None).map(|number| (number, 0.0));
        }
        None
    }

    /// Keeps a number, with the extension after it.
    fn accept(&mut self, mut found: Found, around: &Around<'_>, last: bool) {
        self.read_until = found.end;
        if let Some((digits, taken)) = last.then(|| extension::read(around.after)).flatten() {
            found.extension = Some(digits);
            self.read_until = found.end + taken;
        }
        self.inherited = found.label.filter(|label| label.is_phone());
        self.found.push(found);
    }

    /// Keeps a number that was written in letters.
    fn vanity(&mut self, digits: &str, start: usize, end: usize, around: &Around<'_>) {
        let scene = self.scene;
        let home = if digits.len() == 10 && digits.starts_with("1") { b"AU" } else { b"US" };
        let home = if digits.starts_with('0') { b"NZ" } else { home };
        let countries = scene.countries.iter().copied().chain([Country::of(home)]);
        for country in countries.take(MAX_COUNTRIES) {
            let Some(number) = self.plans.read(digits, Some(country)) else { continue };
            let free = matches!(number.kind, PhoneNumberType::TollFree | PhoneNumberType::SharedCost);
            let label = around.label(false);
            if free || label.is_some_and(Label::is_phone) || scene.certain {
                self.read_until = end;
                self.found.push(Found { number, extension: None, label, start, end });
                return;
            }
        }
    }
}

/// Whether people of a country always write the zero that their national numbers are dialled with.
fn needs_trunk(country: Country) -> bool {
    const CODES: &str = " GB DE FR NL BE AT CH SE FI AU NZ ZA IE JP KR RO BG HR SI RS SK UA TH MY ID PH IL EG BA ME MK AL KE NG PK VN TW HU ";
    CODES.contains(country.as_str())
}

/// Splits a run at masked groups and where a new number must start.
fn sections<'g>(run: &'g [Group], mask: &[bool]) -> Vec<&'g [Group]> {
    let mut sections = Vec::new();
    let mut start = 0;
    for at in 0..=run.len() {
        let masked = mask.get(at).copied().unwrap_or(true);
        if masked || at > start && starts_number(&run[start..at], &run[at]) {
            if at > start {
                sections.push(&run[start..at]);
            }
            start = if masked { at + 1 } else { at };
        }
    }
    sections
}

/// Whether a group starts a new number after those before it.
fn starts_number(before: &[Group], next: &Group) -> bool {
    let digits: usize = before.iter().map(Group::len).sum();
    let again = next.digits.starts_with('0') && next.len() > 1
        || before.first().is_some_and(|first| first.digits == next.digits);
    next.gap.plus
        || (next.gap.open || next.gap.stop) && digits >= 7
        || next.gap.parts() && digits >= 7 && again
}

/// What the shape of a candidate says for it.
fn shape_weight(groups: &[Group], digits: &str) -> f32 {
    let mut weight = 0.0;
    let trunk = digits.starts_with('0') || groups[0].digits == "8" || groups[0].digits == "1";
    let area = groups.iter().any(|group| group.gap.close) || groups[0].gap.open;
    if trunk || area {
        weight += 1.0;
    }
    let split = groups.len() > 1 && groups.iter().all(|group| group.len() <= 8);
    if split {
        weight += 1.0;
    } else if !trunk && !groups[0].gap.plus {
        weight -= 1.0;
    }
    match digits.len() {
        0..=6 => weight - 2.0,
        7 => weight - 1.0,
        _ => weight,
    }
}

/// Digits that people write where a number should be.
pub(super) fn is_placeholder(digits: &str) -> bool {
    let bytes = digits.as_bytes();
    let tail = &bytes[bytes.len().saturating_sub(7)..];
    let same = tail.iter().all(|digit| Some(digit) == tail.first());
    let rising = bytes.windows(2).map(|pair| (pair[0] - b'0' + 1) % 10 == pair[1] - b'0');
    let (_, longest) = rising.fold((0, 0), |(run, longest), up| {
        let run = if up { run + 1 } else { 0 };
        (run, longest.max(run))
    });
    same || longest >= 8 || digits.ends_with("5555555")
}

/// Whether the groups look like a table of figures: many of a single digit.
fn is_table(groups: &[Group]) -> bool {
    let single = groups.iter().skip(1).filter(|group| group.len() == 1).count();
    single > 2 && single * 5 > groups.len() * 2
}
