import Foundation

/// libFuzzer's way in: the first byte chooses the parser, the rest is what it reads. Anything that
/// does not hold ends the process, and libFuzzer keeps the input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  guard count > 0 else { return 0 }
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  let probe = Probe.allCases[Int(bytes[0]) % Probe.allCases.count]
  if let violation = probe.violation(Array(bytes.dropFirst())) {
    fatalError("\(probe): \(violation)")
  }
  return 0
}
