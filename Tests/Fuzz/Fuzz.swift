import Foundation

/// The driver of libFuzzer, in its runtime library.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
  _ count: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
  _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// The entry point, with the name that the package manager expects.
@_cdecl("fuzz_main")
public func fuzzMain(
  _ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
  var count = count
  var arguments = arguments
  return runDriver(&count, &arguments) { start, count in fuzz(start, count) }
}

/// One input: the first byte selects the parser, the rest is its input. A violated property ends the process,
/// and libFuzzer keeps the input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let start, count > 0 else { return 0 }
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  let target = FuzzTarget.allCases[Int(bytes[0]) % FuzzTarget.allCases.count]
  if let violation = target.violation(Array(bytes.dropFirst())) {
    fatalError("\(target): \(violation)")
  }
  return 0
}
