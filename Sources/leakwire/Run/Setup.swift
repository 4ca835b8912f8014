import Capture
import Decryption
import Detection
import Foundation
import Logging
import Matching
import Outputs
import Protocols
import Sensor
import Signatures

/// What a run needs before the first packet: settings, signatures, the compiled matcher.
struct Setup {
  var settings: RunSettings
  let catalogue: Catalogue
  private(set) var patterns: SecretPatterns
  let logger: Logger
  /// What detection learns, so that outputs mask it.
  let keyMemory = KeyMemory()

  /// What opens TLS and QUIC; `nil` where nothing can.
  var secrets: TLSSecrets? {
    get { settings.sensor.protocols.secrets }
    set { settings.sensor.protocols.secrets = newValue }
  }

  init(_ options: SharedOptions) throws(Failure) {
    logger = StandardErrorLog.logger(isVerbose: options.isVerbose, isQuiet: options.analysis.isQuiet)
    settings = try Self.settings(options)
    if !options.analysis.keyLogs.isEmpty { settings.sensor.protocols.secrets = TLSSecrets() }
    catalogue = try Self.catalogue(options, settings)
    try Self.check(settings.detection.gateways, catalogue)
    if let file = options.policyFile {
      settings.detection.policy = try PolicyFile.read(file, for: catalogue, noticesTo: logger)
    }
    settings.sensor.protocols.notedFields = FieldsOfInterest(
      IndicatorIndex(catalogue.indicators).notedFields
        .sorted { $0.key < $1.key }.map { FieldOfInterest(name: $0.key, values: $0.value) })
    settings.sensor.protocols.credentialFields = Self.fields(catalogue.providers.flatMap(\.headers) + ["authorization"])
    settings.sensor.protocols.credentialParameters = Self.fields(catalogue.providers.flatMap(\.parameters))
    (settings.sensor.protocols.explains, settings.detection.explains) = (options.explain, options.explain)
    settings.sensor.protocols.homeNetworks = settings.detection.homeNetworks
    settings.sensor.protocols.keepsFields = settings.outputs.events.contains(.http)
    patterns = try Self.compiled { [catalogue] () throws(MatchingError) in
      try SecretPatterns(catalogue: catalogue, seeksEncoded: false)
    }
    try watch(settings.secrets + options.analysis.watchedSecrets.map(WatchedSecretSource.init(parsing:)))
  }

  /// Adds the owner's secrets to what is looked for.
  private mutating func watch(_ sources: [WatchedSecretSource]) throws(Failure) {
    guard !sources.isEmpty else { return }
    guard sources.count <= WatchedSecretSource.mostSecrets else {
      throw .usage("\(sources.count) secrets to watch: at most \(WatchedSecretSource.mostSecrets)")
    }
    var watched: [WatchedSecret] = []
    var matcher = try Self.compiled { () throws(MatchingError) in try SecretMatcher(patterns: patterns) }
    for source in sources {
      for provider in source.providers where catalogue.provider(provider) == nil {
        throw .usage("secret \(source.rule.name): there is no provider \(provider) in the signatures")
      }
      guard settings.detection.watched.updateValue(source.rule, forKey: source.signatureID) == nil else {
        throw .usage("secret \(source.rule.name): watched twice")
      }
      watched.append(try source.secret(&matcher))
    }
    patterns = try Self.compiled { () throws(MatchingError) in
      try SecretPatterns(catalogue: catalogue, watched: watched, seeksEncoded: false)
    }
  }

  private static func compiled<Compiled: ~Copyable>(
    _ body: () throws(MatchingError) -> Compiled
  ) throws(Failure) -> Compiled {
    do throws(MatchingError) { return try body() } catch { throw .usage("signatures: \(error.description)") }
  }

  /// What `-T` says when all is well.
  var report: String {
    "configuration and signatures are good: \(catalogue.providers.count) providers, "
      + "\(catalogue.credentials.count) credential signatures, \(catalogue.indicators.count) indicators"
      + (settings.detection.watched.isEmpty ? "" : ", \(settings.detection.watched.count) watched secrets")
      + (settings.detection.policy.map { "; policy: \(PolicyFile.summary($0))" } ?? "")
  }

  private static func fields(_ names: [String]) -> FieldsOfInterest {
    FieldsOfInterest(Set(names).sorted().map { FieldOfInterest(name: $0, values: []) })
  }

  private static func settings(_ options: SharedOptions) throws(Failure) -> RunSettings {
    var settings = RunSettings()
    if let file = options.analysis.configurationFile { settings = try ConfigurationReader.read(file: file) }
    settings.sensor.workers = options.workers
    guard (1...8).contains(options.workers) else { throw .usage("--workers \(options.workers): from 1 to 8") }
    if let eve = options.eve { settings.outputs.eve = eve }
    if let list = options.events {
      do throws(EventKindsError) {
        settings.outputs.events = try EventKinds(parsing: list)
      } catch { throw .usage("--events \(list): \(error.description)") }
    }
    if let target = options.syslog {
      do throws(SyslogTargetError) {
        settings.outputs.syslog = try SyslogTarget(parsing: target)
      } catch { throw .usage("--syslog: \(error.description)") }
    }
    return settings
  }

  static func catalogue(_ options: SharedOptions, _ settings: RunSettings) throws(Failure) -> Catalogue {
    var folders = settings.signatures + options.analysis.addedSignatures
    if let only = options.analysis.onlySignatures {
      folders.insert(only, at: 0)
    } else {
      folders.insert(try SignatureLocator.builtIn(), at: 0)
    }
    return try catalogue(folders)
  }

  static func catalogue(_ folders: [String]) throws(Failure) -> Catalogue {
    do throws(SignatureError) {
      return try CatalogueLoader.load(directories: folders)
    } catch { throw .usage("\(error)") }
  }

  /// A gateway for a provider that does not exist would never match: a typing mistake to be told.
  private static func check(_ gateways: [Gateway], _ catalogue: Catalogue) throws(Failure) {
    for gateway in gateways {
      for provider in gateway.providers.sorted() where catalogue.provider(provider) == nil {
        throw .usage("gateway \(gateway.host.text): there is no provider \(provider) in the signatures")
      }
    }
  }
}
