using ELicense.Verification.Publication;

namespace ELicense.PublicVerification.Receipts;

/// <summary>Who signs receipts on the licenses of one publication; both are owned by the host.</summary>
public sealed record ReceiptSettings(PublicationFollower Follower, ReceiptDelegates Delegates);
