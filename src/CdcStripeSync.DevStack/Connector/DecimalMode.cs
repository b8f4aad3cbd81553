namespace CdcStripeSync.DevStack.Connector;

/// <summary><c>decimal.handling.mode</c>.</summary>
public enum DecimalMode
{
    Precise,
    String,
    Double,
}
