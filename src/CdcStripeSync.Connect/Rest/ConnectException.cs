namespace CdcStripeSync.Connect.Rest;

/// <summary>A worker did not do what it was asked; the message says what and why.</summary>
public sealed class ConnectException(ConnectFailure failure, string message, int? status = null, Exception? inner = null) : Exception(message, inner)
{
    public ConnectFailure Failure { get; } = failure;

    /// <summary>The HTTP status, where there was an answer.</summary>
    public int? Status { get; } = status;
}
