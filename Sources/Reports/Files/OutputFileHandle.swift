import Crypto
import Foundation
import Glibc
import Store

/// A file being written: buffered, hashed and counted on the way, on disk when it is closed.
package final class OutputFileHandle {
  /// What was written.
  package struct Digest: Equatable {
    package var bytes: Int
    package var sha256: String
  }

  private static let bufferSize = 1 << 16

  private let path: String
  private var descriptor: Int32
  private var hash = SHA256()
  private var bytes = 0
  private var buffer: [UInt8] = []

  package init(path: String, descriptor: Int32) {
    self.path = path
    self.descriptor = descriptor
    buffer.reserveCapacity(Self.bufferSize)
  }

  deinit { if descriptor >= 0 { Glibc.close(descriptor) } }

  /// Appends.
  package func write(_ piece: some Collection<UInt8>) throws(ReportError) {
    buffer.append(contentsOf: piece)
    if buffer.count >= Self.bufferSize { try flush() }
  }

  /// Writes what is left and waits until the disk has it.
  package func close() throws(ReportError) -> Digest {
    try flush()
    guard fsync(descriptor) == 0 else { throw .system("sync \(path)") }
    let closed = Glibc.close(descriptor)
    descriptor = -1
    // Some file systems report a full disk only here.
    guard closed == 0 else { throw .system("close \(path)") }
    return Digest(bytes: bytes, sha256: hash.finalize().hexadecimal)
  }

  /// Of a file that something else wrote, read from its beginning.
  static func digest(of file: FileHandle) throws -> Digest {
    var hash = SHA256()
    var bytes = 0
    try file.seek(toOffset: 0)
    while let piece = try file.read(upToCount: 1 << 20), !piece.isEmpty {
      hash.update(data: piece)
      bytes += piece.count
    }
    return Digest(bytes: bytes, sha256: hash.finalize().hexadecimal)
  }

  private func flush() throws(ReportError) {
    guard !buffer.isEmpty else { return }
    buffer.withUnsafeBytes { hash.update(bufferPointer: $0) }
    var done = 0
    while done < buffer.count {
      let written = buffer.withUnsafeBytes { whole in
        Glibc.write(descriptor, whole.baseAddress?.advanced(by: done), whole.count - done)
      }
      if written < 0 {
        if errno == EINTR { continue }
        throw .system("write \(path)")
      }
      done += written
    }
    bytes += buffer.count
    buffer.removeAll(keepingCapacity: true)
  }
}
