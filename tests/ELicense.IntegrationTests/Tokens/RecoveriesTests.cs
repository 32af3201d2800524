using ELicense.Pkcs11;
using ELicense.Pkcs11.Native;
using Xunit;

namespace ELicense.IntegrationTests.Tokens;

/// <summary>Return values of PKCS#11 v2.40 and what is done about them; numbers by pkcs11t.h of OASIS.</summary>
public sealed class RecoveriesTests
{
    [Theory]
    [InlineData(0x50, Recovery.Retry)] // CKR_FUNCTION_CANCELED
    [InlineData(0x06, Recovery.Retry)] // CKR_FUNCTION_FAILED
    [InlineData(0x91, Recovery.Retry)] // CKR_OPERATION_NOT_INITIALIZED
    [InlineData(0xB3, Recovery.Reopen)] // CKR_SESSION_HANDLE_INVALID
    [InlineData(0xB0, Recovery.Reopen)] // CKR_SESSION_CLOSED
    [InlineData(0x101, Recovery.Reopen)] // CKR_USER_NOT_LOGGED_IN
    [InlineData(0x60, Recovery.Reopen)] // CKR_KEY_HANDLE_INVALID
    [InlineData(0x30, Recovery.Reload)] // CKR_DEVICE_ERROR
    [InlineData(0x32, Recovery.Reload)] // CKR_DEVICE_REMOVED
    [InlineData(0xE0, Recovery.Reload)] // CKR_TOKEN_NOT_PRESENT
    [InlineData(0x190, Recovery.Reload)] // CKR_CRYPTOKI_NOT_INITIALIZED
    [InlineData(0x05, Recovery.Reload)] // CKR_GENERAL_ERROR
    [InlineData(0xA0, Recovery.Stop)] // CKR_PIN_INCORRECT
    [InlineData(0xA4, Recovery.Stop)] // CKR_PIN_LOCKED
    [InlineData(0x70, Recovery.Stop)] // CKR_MECHANISM_INVALID
    [InlineData(0x31, Recovery.Stop)] // CKR_DEVICE_MEMORY
    [InlineData(0x80000001, Recovery.Stop)] // a vendor's
    [InlineData(0x1234, Recovery.Stop)] // nobody's
    public void A_return_value_asks_for_its_recovery(ulong result, Recovery recovery) => Assert.Equal(recovery, Recoveries.Of((ReturnValue)result));

    [Fact]
    public void Every_value_of_the_standard_but_CKR_OK_has_a_class() =>
        Assert.Equal(Enum.GetValues<ReturnValue>().Where(value => value != ReturnValue.CKR_OK).Order(), Recoveries.Classified.Order());

    [Fact]
    public void All_values_of_the_standard_are_known() =>
        // CKR_OK to CKR_FUNCTION_REJECTED in pkcs11t.h of v2.40, without CKR_VENDOR_DEFINED.
        Assert.Equal(94, Enum.GetValues<ReturnValue>().Length);
}
