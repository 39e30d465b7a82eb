import Leads

/// Whether one figure of one property, or of the portfolio, keeps to a target.
package struct TargetVerdict: Sendable, Equatable {
  /// The figure as one night measured it.
  package struct Sample: Sendable, Equatable {
    /// Nil where it cannot be known.
    package var value: Double?
    /// What it rests on; nil for a figure without a denominator.
    package var n: Double?

    package init(value: Double?, n: Double?) {
      self.value = value
      self.n = n
    }
  }

  package enum Verdict: String, Codable, Sendable, CaseIterable {
    case met, missed
    /// In a week that counts, `n` is below the target's floor.
    case tooFew = "too few"
    /// A week, or the baseline, was not measured.
    case tooEarly = "too early"
    /// A value cannot be known.
    case notKnown = "not known"
  }

  package var verdict: Verdict
  /// Weeks running in which the target was missed, the newest first; at most the target's.
  package var missedWeeks: Int

  /// - Parameters:
  ///   - weeks: the newest night of each week, the week that ends at `as_of` first; nil: none was measured.
  ///   - baseline: the figure of a window that ends before those of all `weeks` begin; nil: none was measured. Only
  ///     limits in per cent look at it.
  package init(_ target: Target, weeks: [Sample?], baseline: Sample?) {
    let judged = (0..<target.weeks).map { week in
      Self.judge(weeks.indices.contains(week) ? weeks[week] : nil, target, baseline)
    }
    missedWeeks = judged.prefix { $0 == .missed }.count
    // One week within the limit settles it, whatever is not known of the others.
    verdict =
      judged.contains(.met)
      ? .met
      : [.tooEarly, .notKnown, .tooFew].first { judged.contains($0) } ?? .missed
  }

  private static func judge(_ sample: Sample?, _ target: Target, _ baseline: Sample?) -> Verdict {
    guard let sample else { return .tooEarly }
    guard isEnough(sample, target) else { return .tooFew }
    guard let value = sample.value else { return .notKnown }
    let limit = target.limit.value
    if !target.limit.kind.isPercent {
      let isKept = target.limit.kind == .atLeast ? value >= limit : value <= limit
      return isKept ? .met : .missed
    }
    guard let baseline else { return .tooEarly }
    guard isEnough(baseline, target) else { return .tooFew }
    guard let change = change(of: value, from: baseline.value) else { return .notKnown }
    // The nudge takes 0.4 of 0.5 for 20 % less, which binary numbers make a little less than that.
    let moved = (target.limit.kind == .fallsPercent ? -change : change) + 1e-9
    return moved >= limit ? .missed : .met
  }

  private static func isEnough(_ sample: Sample, _ target: Target) -> Bool {
    sample.n.map { $0 >= Double(target.minN) } ?? true
  }

  /// How much the value differs from a baseline, in per cent of it; nil where either is not known, or the baseline is 0.
  package static func change(of value: Double?, from baseline: Double?) -> Double? {
    guard let value, let baseline, baseline != 0 else { return nil }
    return (value - baseline) / abs(baseline) * 100
  }
}
