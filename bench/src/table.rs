//! Numbers for people: medians, spreads, ratios of what was measured in the same round.

/// The middle of the values.
pub fn median(values: &[f64]) -> f64 {
    quantile(values, 0.5)
}

/// The value below which this share of all lies.
pub fn quantile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let last = sorted.len().saturating_sub(1);
    let at = (last as f64 * share).round() as usize;
    sorted.get(at.min(last)).copied().unwrap_or(f64::NAN)
}

/// `0.41 (0.39-0.45)`: median, lowest and highest.
pub fn spread(values: &[f64], digits: usize) -> String {
    let (low, high) = (quantile(values, 0.0), quantile(values, 1.0));
    format!("{:.digits$} ({low:.digits$}-{high:.digits$})", median(values))
}

/// How much `ours` is of `theirs`: the middle of the ratios of each round. A number too small for the clock makes no ratio.
pub fn ratio(ours: &[f64], theirs: &[f64]) -> f64 {
    let ratios: Vec<f64> = ours.iter().zip(theirs).filter(|(_, b)| **b > 0.0).map(|(a, b)| a / b).collect();
    median(&ratios)
}

/// Prints rows under a head, columns as wide as their longest.
pub fn print(head: &[&str], rows: &[Vec<String>]) {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count());
        cells.chain([head[column].len()]).max().unwrap_or_default()
    };
    let line = |cells: &[String]| {
        let padded: Vec<String> =
            cells.iter().enumerate().map(|(column, cell)| format!("{cell:<0$}", width(column))).collect();
        println!("| {} |", padded.join(" | "));
    };
    line(&head.iter().map(|&cell| cell.to_owned()).collect::<Vec<_>>());
    println!("|{}|", (0..head.len()).map(|column| "-".repeat(width(column) + 2)).collect::<Vec<_>>().join("|"));
    for row in rows {
        line(row);
    }
    println!();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_is_in_the_middle() {
        assert_eq!(spread(&[3.0, 1.0, 2.0], 1), "2.0 (1.0-3.0)");
        assert_eq!(median(&[5.0]).to_bits(), 5.0_f64.to_bits());
        assert_eq!(ratio(&[1.0, 4.0, 3.0], &[2.0, 4.0, 0.0]).to_bits(), 1.0_f64.to_bits());
        assert!(median(&[]).is_nan());
    }
}
