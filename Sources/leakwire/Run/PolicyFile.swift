import Foundation
import Logging
import Policies
import Signatures

/// Reads the policy file of a run.
enum PolicyFile {
  /// - Parameters:
  ///   - catalogue: whose providers and signatures the policy may name.
  ///   - logger: hears of suppressions that are over.
  static func read(
    _ file: String, for catalogue: Catalogue, noticesTo logger: Logger
  ) throws(Failure) -> Policy {
    let policy: Policy
    do throws(SignatureError) {
      policy = try PolicyReader.read(file: file)
    } catch { throw .usage("\(error)") }
    let problems = policy.problems(in: catalogue)
    guard problems.isEmpty else { throw .usage(problems.map(\.description).joined(separator: "\n")) }
    for notice in policy.notices(today: today) { logger.notice("\(notice)") }
    return policy
  }

  /// `14 destinations, 1 gateway, no suppressions`.
  static func summary(_ policy: Policy) -> String {
    let destinations = policy.destinations.map { count($0.count, "destination") } ?? "any destination"
    return [
      destinations, count(policy.gateways.count, "gateway"), count(policy.suppressions.count, "suppression"),
    ].joined(separator: ", ")
  }

  static func count(_ number: Int, _ noun: String) -> String {
    switch number {
    case 0: "no \(noun)s"
    case 1: "1 \(noun)"
    default: "\(number) \(noun)s"
    }
  }

  /// By the wall clock.
  static var today: CalendarDay { CalendarDay(number: Int((Date().timeIntervalSince1970 / 86_400).rounded(.down))) }
}
