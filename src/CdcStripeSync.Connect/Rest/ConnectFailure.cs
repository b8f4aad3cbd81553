namespace CdcStripeSync.Connect.Rest;

/// <summary>Why a worker did not do what it was asked.</summary>
public enum ConnectFailure
{
    /// <summary>Nothing answered, or not in time.</summary>
    Unreachable,

    /// <summary>TLS does not come about: the certificate is not trusted, or is another's, or there is no TLS at all.</summary>
    Untrusted,

    /// <summary>A change was sent and no answer to it came: it may have been made.</summary>
    Unanswered,

    /// <summary>Credentials are missing or wrong.</summary>
    Unauthorized,

    /// <summary>The workers did not come to an end of their rebalance.</summary>
    Rebalancing,

    /// <summary>No such connector, task or plugin.</summary>
    NotFound,

    /// <summary>The request is wrong: an invalid configuration, a connector in the wrong state.</summary>
    Refused,

    /// <summary>The worker failed, or what answered is no Kafka Connect.</summary>
    Broken,
}
