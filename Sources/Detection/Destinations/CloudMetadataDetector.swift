import Alerts
import Observations
import Signatures
import Wire

/// Raises `cloud-metadata-access`: the metadata service of a cloud instance was asked for credentials.
///
/// Which process asks is not known, so it is the client that is told, the first time that it asks. A session token of
/// AWS's second version gives nothing yet: it is noted, and told with the request that uses it.
struct CloudMetadataDetector {
  private struct Asked: Hashable {
    let client: IPAddress
    let service: Service
  }

  private struct Memory {
    var hasSession = false
    var isTold = false
  }

  enum Service: String, Sendable {
    case aws = "AWS"
    case ecs = "AWS containers"
    case google = "Google Cloud"
    case azure = "Azure"
    case azureWireServer = "Azure's wire server"
    case alibaba = "Alibaba Cloud"
    case tencent = "Tencent Cloud"
    case oracle = "Oracle Cloud"
  }

  private let settings: CloudMetadataSettings
  private var asked: RecencyTable<Asked, Memory>

  init(settings: CloudMetadataSettings) {
    self.settings = settings
    asked = RecencyTable(limit: settings.rememberedLimit)
  }

  var evictionCount: UInt64 { asked.evictionCount }

  /// - Parameter isNamed: whether the request's host is a metadata service's.
  func concerns(_ flow: FlowContext, isNamed: Bool) -> Bool {
    settings.isEnabled && (isNamed || MetadataHosts.contains(flow.server.address))
  }

  /// A request to a metadata service.
  mutating func contact(_ contact: Contact) -> Alert? {
    guard let request = contact.request, !settings.allowed.contains(where: { $0.contains(contact.flow.client.address) })
    else { return nil }
    let client = contact.flow.client.address
    let target = RequestTarget.lowercased(request.target)
    if request.method == "PUT", target.hasPrefix("/latest/api/token") {
      asked.use(Asked(client: client, service: .aws), else: Memory()) { $0.hasSession = true }
      return nil
    }
    guard let service = Self.service(asked: target, by: request, on: contact.flow) else { return nil }
    let memory = asked.use(Asked(client: client, service: service), else: Memory()) { memory in
      defer { memory.isTold = true }
      return memory
    }
    guard !memory.isTold else { return nil }
    return contact.alert(
      .cloudMetadataAccess, .medium, "\(service.rawValue)'s metadata service was asked for credentials",
      category: "cloud-metadata", evidence: contact.trace + (memory.hasSession ? ", with a session token" : ""),
      attack: ["T1552.005"],
      advice: "Find the program that asked. A cloud SDK on a server of yours is expected: allow that client; anything "
        + "else now holds the instance's rights, so rotate them.")
  }

  /// The service whose credentials `target` asks for.
  private static func service(asked target: String, by request: HTTPRequest, on flow: FlowContext) -> Service? {
    if target.hasPrefix("/latest/meta-data/iam/security-credentials")
      || target.hasPrefix("/latest/meta-data/identity-credentials/ec2/security-credentials")
    {
      return .aws
    }
    if ["/v1/credentials", "/v2/credentials", "/v4/credentials"].contains(where: target.hasPrefix) { return .ecs }
    if target.hasPrefix("/computemetadata/"), target.contains("/service-accounts/"),
      target.contains("/token") || target.contains("/identity")
    {
      return .google
    }
    if target.hasPrefix("/metadata/identity/") { return .azure }
    if target.hasPrefix("/latest/meta-data/ram/security-credentials") { return .alibaba }
    if target.hasPrefix("/latest/meta-data/cam/security-credentials") { return .tencent }
    if target.hasPrefix("/opc/v1/identity/") || target.hasPrefix("/opc/v2/identity/") { return .oracle }
    // Azure's own agent does this by the minute, and says who it is.
    if flow.server.address == MetadataHosts.wireServer,
      target.contains("comp=certificates") || target.hasPrefix("/vmsettings"),
      request.userAgent?.hasPrefix("WALinuxAgent") != true
    {
      return .azureWireServer
    }
    return nil
  }
}

/// The metadata services of clouds, by address and by name.
enum MetadataHosts {
  static let wireServer = IPAddress(ipv4: 0xA83F_8110)

  /// Most are link-local; the others stand in a short list.
  static func contains(_ address: IPAddress) -> Bool {
    if address.isIPv4 {
      switch address.ipv4Bits {
      // 169.254.169.254, 169.254.170.2 and .23, 169.254.0.23, 100.100.100.200, 168.63.129.16.
      case 0xA9FE_A9FE, 0xA9FE_AA02, 0xA9FE_AA17, 0xA9FE_0017, 0x6464_64C8, 0xA83F_8110: return true
      default: return false
      }
    }
    // fd00:ec2::254 and ::23.
    return address.high == 0xFD00_0EC2_0000_0000 && (address.low == 0x254 || address.low == 0x23)
  }

  static func contains(_ host: String) -> Bool {
    names.contains(host) || IPAddress(host).map { contains($0) } == true
  }

  private static let names: Set<String> = [
    "metadata.google.internal", "metadata", "metadata.goog", "instance-data", "instance-data.ec2.internal",
    "metadata.tencentyun.com", "metadata.azure.internal",
  ]
}

extension RequestTarget {
  /// The target from its path on, in lower case: servers take any case, and doubled slashes for one.
  fileprivate static func lowercased(_ target: String) -> String {
    var path = target[...]
    if path.utf8.first != UInt8(ascii: "/"), let scheme = path.firstRange(of: "://") {
      path = path[scheme.upperBound...].drop { $0 != "/" }
    }
    var result = ""
    for character in path.lowercased() where character != "/" || result.last != "/" { result.append(character) }
    return result
  }
}
