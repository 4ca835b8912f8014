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

  /// The last look before a line leaves: whatever still matches a signature is masked there, a
  /// key that is glued to other characters too.
  static func guardian(_ setup: Setup) -> MaskingGuard? {
    guard var matcher = try? SecretMatcher(patterns: setup.patterns) else { return nil }
    matcher.ignoresEdges = true
    let masker = LineMasker(matcher)
    return { line in masker.mask(&line) }
  }
}

/// A matcher of its own, so that closures can share it.
private final class LineMasker {
  private var matcher: SecretMatcher
  private let workshop = UnwrapWorkshop()

  init(_ matcher: consuming SecretMatcher) { self.matcher = matcher }

  func mask(_ line: inout [UInt8]) -> Int {
    var sightings: [Sighting] = []
    matcher.scanWhole(line.rawSpan, unwrapping: workshop, as: .head) { sightings.append($0) }
    if !sightings.isEmpty { line = Redaction.masked(line.rawSpan, sightings) }
    return sightings.count
  }
}
