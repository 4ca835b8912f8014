import Foundation

/// One capture to replay: a file, a FIFO or, as `-`, standard input.
package struct CaptureSource: Equatable, Sendable {
  package let path: String
  /// The time of the first packet, nanoseconds since the Unix epoch; known only of files found in a directory.
  package let firstTimestamp: Int64?

  package init(path: String, firstTimestamp: Int64? = nil) { (self.path, self.firstTimestamp) = (path, firstTimestamp) }
}

/// What PATH arguments come to.
package struct CaptureSources: Equatable, Sendable {
  /// In the order to replay them.
  package fileprivate(set) var sources: [CaptureSource] = []
  /// Files in directories that are no captures, symbolic links and special files among them.
  package fileprivate(set) var skippedFileCount = 0
  /// Files and folders in directories that could not be read, so that nobody knows what is in them.
  package fileprivate(set) var problems: [CaptureError] = []
}

/// Expands paths: what is named stands in the order named, and a directory stands for the captures in it and below
/// it, oldest first packet first, then by path.
///
/// What is named itself is not opened here: that a file is missing or no capture shows when it is read. In a directory
/// a regular file counts as a capture by its first bytes; symbolic links are not followed, so that nothing comes
/// twice and no loop is endless.
/// - Throws: `cannotOpen` when a directory that is named cannot be listed.
package func captureSources(_ paths: [String]) throws(CaptureError) -> CaptureSources {
  var result = CaptureSources()
  for path in paths {
    // A link that is named is followed; only what lies in directories is not.
    if path != "-", kind(URL(fileURLWithPath: path).resolvingSymlinksInPath().path) == .typeDirectory {
      try result.appendDirectory(path)
    } else {
      result.sources.append(CaptureSource(path: path))
    }
  }
  return result
}

extension CaptureSources {
  fileprivate mutating func appendDirectory(_ path: String) throws(CaptureError) {
    var found: [CaptureSource] = []
    var folders = [path]
    while let folder = folders.popLast() {
      do throws(CaptureError) {
        for name in try list(folder) {
          let path = folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
          switch kind(path) {
          case .typeDirectory: folders.append(path)
          case .typeRegular:
            if let source = probe(path) { found.append(source) }
          default: skippedFileCount += 1
          }
        }
      } catch {
        if folder == path { throw error }
        problems.append(error)
      }
    }
    found.sort { ($0.firstTimestamp ?? .max, $0.path) < ($1.firstTimestamp ?? .max, $1.path) }
    sources += found
    problems.sort { $0.description < $1.description }
  }

  /// Opens a file and reads its first packet.
  ///
  /// - Returns: nil when it is no capture, or cannot be read, either of which is noted.
  private mutating func probe(_ path: String) -> CaptureSource? {
    do throws(CaptureError) {
      var reader = try SavefileReader(path: path)
      return CaptureSource(path: path, firstTimestamp: firstTimestamp(&reader))
    } catch {
      switch error {
      case .notACapture: skippedFileCount += 1
      case .cannotOpen: problems.append(error)
      // A capture that is damaged from the start, or of a kind that is refused: whoever replays it reports it.
      default: return CaptureSource(path: path)
      }
      return nil
    }
  }

  /// - Returns: nil when there is no packet before the end or the first damage.
  private func firstTimestamp(_ reader: inout SavefileReader) -> Int64? {
    var time: Int64?
    do throws(CaptureError) {
      try reader.forEachFrame { frame in
        time = frame.timestamp
        return false
      }
    } catch {
      return nil
    }
    return time
  }
}

private func list(_ folder: String) throws(CaptureError) -> [String] {
  do {
    return try FileManager.default.contentsOfDirectory(atPath: folder)
  } catch {
    throw .cannotOpen(source: folder, reason: "the directory cannot be listed")
  }
}

/// Of a symbolic link, that it is one.
private func kind(_ path: String) -> FileAttributeType? {
  do {
    return try FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
  } catch {
    return nil
  }
}
