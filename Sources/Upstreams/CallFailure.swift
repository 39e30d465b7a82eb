import Store

/// Why a call gave no usable answer.
package struct CallFailure: Error, Sendable, Equatable, CustomStringConvertible {
  /// The classes that callers tell apart.
  package enum Kind: Sendable, Equatable {
    /// Nothing was sent: no connection, no name, no TLS.
    case unreachable
    case timeout
    /// The connection ended before the answer did.
    case torn
    case unauthorized
    case forbidden
    /// 429, or 503 that names a time; seconds are null where none was named.
    case tryLater(seconds: Double?)
    case status(Int)
    /// The answer is not what the contract says.
    case malformed
    case tooLarge
    case cancelled
    /// Not sent: the read on which a write is based became too old while the write waited.
    case late
  }

  package var kind: Kind
  /// A few words without data: no token, no address of a person.
  package var reason: String
  /// Our own limit of calls requires the wait, not the server.
  package var isOwnLimit = false

  package init(_ kind: Kind, _ reason: String, isOwnLimit: Bool = false) {
    self.kind = kind
    self.reason = reason
    self.isOwnLimit = isOwnLimit
  }

  /// A short name for counters and logs.
  package var label: String {
    switch kind {
    case .unreachable: "unreachable"
    case .timeout: "timeout"
    case .torn: "torn"
    case .unauthorized: "unauthorized"
    case .forbidden: "forbidden"
    case .tryLater: "try_later"
    case .status(let status): "http_\(status)"
    case .malformed: "malformed"
    case .tooLarge: "too_large"
    case .cancelled: "cancelled"
    case .late: "late"
    }
  }

  package var description: String { "\(label): \(reason)" }

  /// True where the server asked to wait.
  package var isTryLater: Bool {
    if case .tryLater = kind { true } else { false }
  }

  /// True if the same call may succeed on another night; false if the system violates the contract.
  package var mayPass: Bool {
    switch kind {
    case .malformed, .tooLarge, .forbidden: false
    case .status(let status): status >= 500
    default: true
    }
  }

  /// True where another attempt of a read may do better.
  var isWorthRetrying: Bool {
    switch kind {
    case .unreachable, .timeout, .torn: true
    case .status(let status): status >= 500
    default: false
    }
  }
}

extension CallFailure: CodedError {
  package var errorCode: ErrorCode {
    switch kind {
    case .unreachable, .timeout, .torn: .upstreamUnreachable
    case .unauthorized: .upstreamToken
    case .forbidden: .upstreamForbidden
    case .tryLater: .upstreamTryLater
    case .status(let status): status >= 500 ? .upstreamFailed : .upstreamRefused
    case .malformed, .tooLarge: .upstreamContract
    case .cancelled, .late: .upstreamLate
    }
  }
}
