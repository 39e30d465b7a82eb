import Upstreams

extension CallFailure {
  /// What happened and what to do, for people; follows the name of the system.
  package var sentence: String {
    switch kind {
    case .unreachable: "could not be reached: \(reason); check the address and that it is up"
    case .timeout: "did not answer in time: \(reason); run again when it is well"
    case .torn: "broke its answer off: \(reason); run again when it is well"
    case .unauthorized: "refuses the token: \(reason); check the token file"
    case .forbidden: "refuses access: \(reason); ask for it there"
    case .tryLater: "asks to try later: \(reason); run again later"
    case .status(let status) where status >= 500:
      "answered with an error of its own (\(status)): \(reason); run again when it is well"
    case .status(let status): "refused the request (\(status)): \(reason); check the address"
    case .malformed: "gave an answer that is not what the contract says: \(reason)"
    case .tooLarge: "gave an answer that is too large: \(reason)"
    case .cancelled: "was not waited for any longer: \(reason)"
    case .late: "was asked too late: \(reason)"
    }
  }
}
