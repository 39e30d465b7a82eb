import Demo
import Leads
import StatusSync

/// What grew in a row of nights.
struct NightsFigures {
  let samples: [NightsInARow.Sample]
  let seconds: Double
  /// What must not have grown; one sentence each.
  let faults: [String]

  /// Prints the samples, and every table at three times.
  func show() {
    print(
      Terminal.table(
        ["night", "memory MB", "descriptors", "temporary files", "report folders", "database MB"],
        samples.map { sample in
          [
            "\(sample.night)", rounded(Double(sample.residentKiB) / 1024), "\(sample.descriptors)",
            "\(sample.temporary)", "\(sample.folders)", megabytes(sample.databaseBytes),
          ]
        }))
    guard let first = samples.first, let last = samples.last else { return }
    let middle = samples[samples.count / 2 - 1]
    let rows = last.tables.filter { $0.value.rows > 0 }.sorted { $0.key < $1.key }.map {
      name, table in
      [
        name, "\(first.tables[name]?.rows ?? 0)", "\(middle.tables[name]?.rows ?? 0)",
        "\(table.rows)", megabytes(table.bytes), NightsInARow.reason(name) ?? "",
      ]
    }
    print(
      Terminal.table(
        [
          "rows after", "\(first.night)", "\(middle.night)", "\(last.night)", "MB", "grows because",
        ],
        rows))
    for fault in faults { print(fault) }
  }

  private func megabytes(_ bytes: Int) -> String { rounded(Double(bytes) / 1_000_000) }

  private struct Object: Encodable {
    var nights: Int
    var seconds: Double
    /// Of this process: the job and both stand-ins.
    var cpu_seconds: Double
    var memory_mb: Double
    var database_mb: Double
    var table_mb: [String: Double]
    var faults: [String]
  }

  /// One JSON object.
  func json() throws -> String {
    guard let last = samples.last else { throw BenchError("no night was sampled") }
    return try JSON.encode(
      Object(
        nights: last.night, seconds: seconds, cpu_seconds: last.cpuSeconds,
        memory_mb: Double(last.residentKiB) / 1024,
        database_mb: Double(last.databaseBytes) / 1_000_000,
        table_mb: last.tables.mapValues { Double($0.bytes) / 1_000_000 }, faults: faults))
  }
}
