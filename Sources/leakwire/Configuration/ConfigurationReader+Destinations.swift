import Detection

/// The detectors of destinations: a section of `detectors` each, all with `enabled`.
extension ConfigurationReader {
  static let destinationKeys = [
    "lookalike-destination", "exfil-sink", "direct-ip", "cloud-metadata-access", "upload-anomaly", "beacon",
    "dns-exfiltration",
  ]

  /// Reads the section that `key`, one of `destinationKeys`, names.
  static func readDestinations(
    _ key: String, _ node: SettingsNode, _ settings: inout DestinationSettings
  ) throws(Failure) {
    switch key {
    case "lookalike-destination":
      try node.forEachKey(of: ["enabled"]) { (_, node) throws(Failure) in
        settings.lookalike.isEnabled = try node.flag
      }
    case "exfil-sink": try readSinks(node, &settings.exfilSink)
    case "direct-ip":
      try node.forEachKey(of: ["enabled"]) { (_, node) throws(Failure) in settings.directIP.isEnabled = try node.flag }
    case "cloud-metadata-access": try readMetadata(node, &settings.cloudMetadata)
    case "upload-anomaly": try readUploads(node, &settings.uploadAnomaly)
    case "beacon": try readBeacons(node, &settings.beacon)
    default: try readTunnels(node, &settings.dnsExfiltration)
    }
  }

  private static func readSinks(_ node: SettingsNode, _ settings: inout ExfilSinkSettings) throws(Failure) {
    try node.forEachKey(of: ["enabled", "upload"]) { (key, node) throws(Failure) in
      switch key {
      case "enabled": settings.isEnabled = try node.flag
      default: settings.uploadByteCount = try node.size(in: 1...1 << 40)
      }
    }
  }

  private static func readMetadata(_ node: SettingsNode, _ settings: inout CloudMetadataSettings) throws(Failure) {
    try node.forEachKey(of: ["enabled", "allow"]) { (key, node) throws(Failure) in
      switch key {
      case "enabled": settings.isEnabled = try node.flag
      default: settings.allowed = try readNetworks(node)
      }
    }
  }

  private static func readUploads(_ node: SettingsNode, _ settings: inout UploadAnomalySettings) throws(Failure) {
    let keys = ["enabled", "bytes", "ratio", "new-for", "learning-period"]
    try node.forEachKey(of: keys) { (key, node) throws(Failure) in
      switch key {
      case "enabled": settings.isEnabled = try node.flag
      case "bytes": settings.byteCount = try node.size(in: 1...1 << 40)
      case "ratio": settings.ratio = try node.integer(in: 1...1_000_000)
      case "new-for": settings.newness = try node.duration(in: 0...Int.max / 2)
      default: settings.learningPeriod = try node.duration(in: 0...Int.max / 2)
      }
    }
  }

  private static func readBeacons(_ node: SettingsNode, _ settings: inout BeaconSettings) throws(Failure) {
    let keys = ["enabled", "contacts", "jitter", "shortest-interval", "longest-interval"]
    try node.forEachKey(of: keys) { (key, node) throws(Failure) in
      switch key {
      case "enabled": settings.isEnabled = try node.flag
      case "contacts": settings.contacts = try node.integer(in: 4...64)
      case "jitter": settings.jitterPercent = try node.integer(in: 0...50)
      case "shortest-interval": settings.shortestInterval = try node.duration(in: 1_000_000_000...Int.max / 2)
      default: settings.longestInterval = try node.duration(in: 1_000_000_000...Int.max / 2)
      }
    }
  }

  private static func readTunnels(_ node: SettingsNode, _ settings: inout DNSExfiltrationSettings) throws(Failure) {
    try node.forEachKey(of: ["enabled", "names", "bytes", "window"]) { (key, node) throws(Failure) in
      switch key {
      case "enabled": settings.isEnabled = try node.flag
      case "names": settings.names = try node.integer(in: 1...4_096)
      case "bytes": settings.byteCount = try node.size(in: 1...1 << 30)
      default: settings.window = try node.duration(in: 1_000_000_000...Int.max / 2)
      }
    }
  }
}
