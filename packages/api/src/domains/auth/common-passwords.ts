/** Guessed first by everybody: the heads of published lists, as far as they are long enough to be accepted at all. */
export const commonPasswords: readonly string[] = `
password 123456789 12345678 1234567890 password1 password12 password123 password1234 password! password1! password123!
passw0rd p@ssw0rd p@ssword p@ssw0rd1 passw0rd1 passw0rd123 pa$$w0rd pa55word pa55w0rd qwertyuiop qwerty123 qwerty1234
qwerty12345 qwerty12 qwertyui qwerty!@ 1q2w3e4r 1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx 1qaz2wsx3edc zaq12wsx zaq1zaq1
qazwsxedc qazwsx123 qweasdzxc qweasd123 asdfghjk asdfghjkl asdfasdf asdf1234 zxcvbnm1 zxcvbnm123 zxcvbnm, 1234qwer
123qweasd 123qwe123 12qwaszx q1w2e3r4 q1w2e3r4t5 a1b2c3d4 abcd1234 abc12345 abc123456 abcdefgh abcdefg1 abcdefghi
a1234567 a12345678 a123456789 aa123456 aa12345678 11111111 111111111 1111111111 00000000 000000000 0000000000 22222222
33333333 44444444 55555555 66666666 77777777 88888888 888888888 99999999 999999999 12341234 11223344 1122334455
112233445566 123123123 123321123 12344321 123454321 12345678a 123456789a 12345678910 123456789q 0123456789 01234567
0987654321 987654321 9876543210 87654321 147258369 147852369 123654789 159753456 741852963 789456123 963852741
123456abc 123456aa 123456qwerty 12345qwert 20202020 10203040 102030405060 13131313 69696969 31415926 19841984 20002000
12121212 21212121 iloveyou iloveyou1 iloveyou2 iloveyou! iloveyou123 iloveu123 loveyou1 ilovegod babygirl babygirl1
princess princess1 sunshine sunshine1 football football1 football123 baseball baseball1 basketball softball superman
superman1 spiderman batman123 starwars starwars1 pokemon1 pokemon123 jennifer jessica1 michelle michael1 samantha
alexander christian nicholas victoria danielle stephanie elizabeth benjamin jonathan patricia charlie1 trustno1
welcome1 welcome123 welcome1! welcome! letmein1 letmein123 letmein! changeme changeme1 changeme123 default1
administrator admin123 admin1234 admin12345 admin123456 adminadmin admin@123 root1234 rootroot toor1234 test1234
testtest test12345 testing1 testing123 user1234 guest123 demo1234 master123 secret123 secret12 server123 temp1234
temppass computer computer1 internet internet1 whatever whatever1 dragon123 monkey123 shadow123 hunter12 hunter123
mustang1 corvette mercedes porsche1 ferrari1 liverpool liverpool1 arsenal1 chelsea1 barcelona realmadrid manchester
juventus1 chocolate chocolate1 butterfly butterfly1 buttercup cheesecake strawberry blueberry cupcake1 diamond1
freedom1 forever1 friends1 flower123 summer123 summer2023 summer2024 summer2025 winter2024 winter2025 spring2024
autumn2024 january1 december monday123 qwer1234 qwerqwer asd12345 asdasdasd asdqwe123 qwe123456 qwe12345 zxc12345
zxc123456 zxcvzxcv google123 facebook facebook1 linkedin myspace1 samsung1 samsung123 blink182 metallica slipknot
nirvana1 rockyou1 superstar lovelove fuckyou1 fuckyou2 fuckyou! asshole1 bitch123 hello123 hello1234 hellohello
helloworld goodluck passport password0 password2 password3 password11 mypassword newpassword yourpassword
passwordpassword password2024 password2025 letmeinnow qwertyqwerty cartwright
`
  .trim()
  .split(/\s+/);
