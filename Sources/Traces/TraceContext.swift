import Tracing

/// Where a span stands: its trace, itself, and whether it is recorded. It travels as `traceparent`
/// (https://www.w3.org/TR/trace-context/); `tracestate` is not passed on, because it is text of a caller.
package struct TraceContext: Sendable, Equatable {
  /// Of the trace, 128 bits.
  package var high: UInt64
  package var low: UInt64
  package var span: UInt64
  /// False: whoever began the trace wants it not recorded.
  package var isSampled: Bool

  package init(high: UInt64, low: UInt64, span: UInt64, isSampled: Bool) {
    self.high = high
    self.low = low
    self.span = span
    self.isSampled = isSampled
  }

  /// What a header says; null where it is not one of the standard.
  package init?(traceparent text: String) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count >= 4, let version = Self.number(parts[0], digits: 2), version != 0xFF,
      version > 0 || parts.count == 4,
      let high = Self.number(parts[1].prefix(16), digits: 16), parts[1].count == 32,
      let low = Self.number(parts[1].suffix(16), digits: 16),
      let span = Self.number(parts[2], digits: 16), let flags = Self.number(parts[3], digits: 2),
      high | low != 0, span != 0
    else { return nil }
    self.init(high: high, low: low, span: span, isSampled: flags & 1 == 1)
  }

  package var traceparent: String { "00-\(traceID)-\(spanID)-\(isSampled ? "01" : "00")" }
  /// 32 hexadecimal digits.
  package var traceID: String { Self.text(high) + Self.text(low) }
  /// 16 hexadecimal digits.
  package var spanID: String { Self.text(span) }

  /// A new span within this one, or the first of a new trace; no id is zero.
  static func child(
    of parent: TraceContext?, random: () -> UInt64 = { .random(in: 1 ... .max) }
  ) -> TraceContext {
    TraceContext(
      high: parent?.high ?? random(), low: parent?.low ?? random(), span: random(),
      isSampled: parent?.isSampled ?? true)
  }

  private static func text(_ number: UInt64) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// Lower case alone, as the standard has it.
  private static func number(_ text: Substring, digits: Int) -> UInt64? {
    guard text.utf8.count == digits,
      text.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
    else { return nil }
    return UInt64(text, radix: 16)
  }
}

/// The current span's place, in what a task carries.
enum TraceContextKey: ServiceContextKey {
  typealias Value = TraceContext
  static let nameOverride: String? = "traceparent"
}
