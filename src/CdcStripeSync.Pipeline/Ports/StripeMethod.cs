namespace CdcStripeSync.Pipeline.Ports;

public enum StripeMethod
{
    Get,
    Post,
    Delete,
}
