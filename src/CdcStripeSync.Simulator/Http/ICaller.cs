namespace CdcStripeSync.Simulator.Http;

/// <summary>The other end of the connection.</summary>
internal interface ICaller
{
    /// <summary>The header <c>Stripe-Should-Retry</c> to send.</summary>
    bool? ShouldRetry { get; set; }

    /// <summary>Ends when the caller has left.</summary>
    Task Gone { get; }

    void Cut();
}
