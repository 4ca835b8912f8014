import ArgumentParser
import Capture
import Decryption
import Foundation
import Matching
import Signatures
import Wire

struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Say what would work here, and the remedy for what would not.")

  @Option(
    name: .customLong("keylog"), help: ArgumentHelp("A TLS key log to look at; repeatable.", valueName: "file"))
  var keyLogs: [String] = []

  func run() throws {
    var examination = Examination()
    examination.examinePrivileges()
    examination.examineInterfaces()
    examination.examineLibraries()
    examination.examineSignatures()
    examination.examineKeyLogs(keyLogs)
    print(examination.problemCount == 0 ? "all well" : "\(examination.problemCount) of these need a remedy")
  }
}

/// One check a line: `ok`, or what is wrong and what to do.
private struct Examination {
  private(set) var problemCount = 0

  private func good(_ subject: String, _ finding: String) {
    print("ok       \(subject.padding(toColumns: 12)) \(finding)")
  }

  private mutating func bad(_ subject: String, _ finding: String, remedy: String) {
    problemCount += 1
    print("PROBLEM  \(subject.padding(toColumns: 12)) \(finding)")
    print("         \("".padding(toColumns: 12)) → \(remedy)")
  }

  mutating func examinePrivileges() {
    #if os(Linux)
      if Privileges.mayCapture {
        good("privileges", Privileges.isRoot ? "root: live capture is allowed" : "CAP_NET_RAW: live capture is allowed")
      } else {
        bad(
          "privileges", "no CAP_NET_RAW: replay works, sensor does not",
          remedy: "run sensor as root, or once: sudo setcap cap_net_raw+ep PATH-TO-leakwire")
      }
    #else
      good("privileges", Privileges.isRoot ? "root" : "capture needs read access to /dev/bpf*")
    #endif
  }

  mutating func examineInterfaces() {
    do throws(CaptureError) {
      let found = try interfaces()
      guard !found.isEmpty else {
        bad("interfaces", "none can be seen", remedy: "run as root, or grant CAP_NET_RAW")
        return
      }
      for interface in found {
        let state = interface.isUp ? interface.isLoopback ? "up, loopback" : "up" : "down"
        let addresses = interface.addresses.map(\.description).joined(separator: " ")
        good("interface", "\(interface.name) (\(state)) \(addresses)")
      }
    } catch { bad("interfaces", error.description, remedy: "run as root, or grant CAP_NET_RAW") }
  }

  mutating func examineLibraries() {
    good("libpcap", PacketFilter.libpcapVersion())
    good("vectorscan", SecretPatterns.engineVersion)
  }

  mutating func examineSignatures() {
    do throws(Failure) {
      let folder = try SignatureLocator.builtIn()
      let catalogue = try Setup.catalogue([folder])
      good("signatures", "\(catalogue.credentials.count) of \(catalogue.providers.count) providers in \(folder)")
    } catch { bad("signatures", error.message, remedy: "reinstall, or name a folder with -S DIR") }
  }

  /// Those that are named, else the one that this environment has its programs write.
  mutating func examineKeyLogs(_ named: [String]) {
    let ofEnvironment = ProcessInfo.processInfo.environment["SSLKEYLOGFILE"].map { [$0] }
    let paths = named.isEmpty ? ofEnvironment ?? [] : named
    if paths.isEmpty {
      good("key log", "none named, SSLKEYLOGFILE not set: inside TLS and QUIC nothing can be read")
    }
    for path in paths { examineKeyLog(path) }
  }

  private mutating func examineKeyLog(_ path: String) {
    let secrets = TLSSecrets()
    do throws(CaptureError) {
      let firstMalformedLine = try KeyLogFiles.read(path, into: secrets)
      let found = "\(path): \(secrets.counters.secrets) secrets of \(secrets.connectionCount) connections"
      if let line = firstMalformedLine {
        bad("key log", "\(path):\(line): no line of a key log", remedy: "is it in the format of SSLKEYLOGFILE?")
      } else if secrets.connectionCount == 0 {
        bad("key log", found, remedy: "start the programs to be read with SSLKEYLOGFILE=\(path) in their environment")
      } else {
        good("key log", found)
      }
    } catch {
      bad("key log", error.description, remedy: "name a file that this user may read")
    }
  }
}
