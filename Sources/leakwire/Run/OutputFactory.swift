import Detection
import Foundation
import Logging
import Matching
import Observations
import Outputs
import Wire

/// Opens the outputs that the settings name.
enum OutputFactory {
  static func open(
    _ setup: Setup, sources: [TrafficSource], tableStyle: TextStyle?
  ) throws(Failure) -> OutputSet {
    let settings = setup.settings.outputs
    do throws(OutputError) {
      var outputs = OutputSet()
      if let path = settings.eve {
        outputs.eve = try EVEFileSink(
          path: path, kinds: settings.events, encoder: EVEEncoder(sources: sources), logger: setup.logger,
          guardian: guardian(setup))
      }
      if let target = settings.syslog {
        var options = SyslogOptions(
          target: target,
          identity: SyslogIdentity(hostName: ProcessInfo.processInfo.hostName, processID: getpid()))
        options.certificateFile = settings.syslogCertificates
        outputs.syslog = try SyslogSink(
          options: options, encoder: EVEEncoder(sources: sources), logger: setup.logger, guardian: guardian(setup))
      }
      if let tableStyle {
        outputs.table = try TableSink(style: tableStyle, logger: setup.logger, guardian: guardian(setup))
      }
      return outputs
    } catch { throw .usage(error.description) }
  }

  /// The last look before a line leaves: whatever still matches a signature is masked there, a key that is glued to other
  /// characters too, and every value that is a known key: nothing else tells that it is one.
  static func guardian(_ setup: Setup) -> MaskingGuard? {
    guard var matcher = try? SecretMatcher(patterns: setup.patterns) else { return nil }
    matcher.ignoresEdges = true
    let masker = LineMasker(matcher, setup.keyMemory)
    return { line in masker.mask(&line) }
  }
}

/// A matcher of its own, so that closures can share it.
private final class LineMasker {
  private var matcher: SecretMatcher
  private let workshop = UnwrapWorkshop()
  private let memory: KeyMemory

  init(_ matcher: consuming SecretMatcher, _ memory: KeyMemory) {
    self.matcher = matcher
    self.memory = memory
  }

  /// - Returns: how many secrets of a form of their own there were.
  func mask(_ line: inout [UInt8]) -> Int {
    var sightings: [Sighting] = []
    matcher.scanWhole(line.rawSpan, unwrapping: workshop, as: .head) { sightings.append($0) }
    if !sightings.isEmpty { line = Redaction.masked(line.rawSpan, sightings) }
    if !memory.isEmpty { maskKnown(in: &line) }
    return sightings.count
  }

  private func maskKnown(in line: inout [UInt8]) {
    let known = LooseValues.all(in: line.rawSpan, most: .max).compactMap { value in
      memory.redacted(value.mark).map { (range: value.range, replacement: $0) }
    }
    if !known.isEmpty { line = Redaction.masked(line.rawSpan, known) }
  }
}
