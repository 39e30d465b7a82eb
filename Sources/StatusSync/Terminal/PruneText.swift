import Nightly
import Pages

/// What was pruned, for people.
package enum PruneText {
  /// One sentence for the end of a night.
  static func sentence(_ pruned: Pruned) -> String {
    let rows = pruned.rows.values.reduce(0, +)
    return "Deleted as older than they are kept (keep): \(Formatting.count(rows, "row")), "
      + "\(Formatting.count(pruned.reports.count, "report"))."
  }

  /// Rows by table, and folders.
  package static func listed(_ pruned: Pruned, isDryRun: Bool) -> String {
    guard !pruned.isEmpty else { return "Nothing is older than it is kept." }
    var lines = [isDryRun ? "Would be deleted:" : "Deleted:"]
    if !pruned.rows.isEmpty {
      lines.append(
        Terminal.table(
          ["table", "rows"],
          pruned.rows.sorted { $0.key < $1.key }.map { [$0.key, Formatting.count($0.value)] }))
    }
    lines += pruned.reports.map { "  report \($0)" }
    return lines.joined(separator: "\n")
  }
}
