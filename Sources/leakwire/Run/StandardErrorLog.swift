import Logging

/// Log lines on standard error: `leakwire: message`, one line each.
struct StandardErrorLog: LogHandler {
  var logLevel: Logger.Level
  var metadata: Logger.Metadata = [:]

  static func logger(isVerbose: Bool, isQuiet: Bool) -> Logger {
    Logger(label: "leakwire") { _ in
      StandardErrorLog(logLevel: isQuiet ? .error : isVerbose ? .debug : .info)
    }
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    StandardError.write("leakwire: \(event.message)")
  }
}
